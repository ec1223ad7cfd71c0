-- 0019 playlist: videos that a member put in an order; "watch later" is one of them.

CREATE TABLE playlist (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_id      CHAR(11)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id        BIGINT       NOT NULL,
  kind           VARCHAR(6)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'list' COMMENT 'later: one for each member, made when it is first needed',
  later_of       BIGINT       NULL COMMENT 'the member whose "Watch later" it is',
  title          VARCHAR(120) NOT NULL,
  description    VARCHAR(1000) NOT NULL DEFAULT '',
  visibility     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'private',
  created_ms     BIGINT       NOT NULL,
  changed_ms     BIGINT       NOT NULL,
  CONSTRAINT playlist_public_id  UNIQUE (public_id),
  CONSTRAINT playlist_later      UNIQUE (later_of),
  CONSTRAINT playlist_user       FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT playlist_kind       CHECK (kind IN ('list', 'later')),
  CONSTRAINT playlist_later_kind CHECK ((kind = 'later') = (later_of IS NOT NULL)),
  CONSTRAINT playlist_visibility CHECK (visibility IN ('public', 'unlisted', 'private')),
  KEY playlist_of_user (user_id, changed_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE playlist_video (
  playlist_id    BIGINT       NOT NULL,
  video_id       BIGINT       NOT NULL,
  place          BIGINT       NOT NULL COMMENT 'ascending; with gaps',
  added_ms       BIGINT       NOT NULL,
  PRIMARY KEY (playlist_id, video_id),
  CONSTRAINT playlist_video_list  FOREIGN KEY (playlist_id) REFERENCES playlist (id) ON DELETE CASCADE,
  CONSTRAINT playlist_video_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  KEY playlist_video_order (playlist_id, place)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON playlist       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON playlist_video TO 'ovs'@'localhost';
GRANT SELECT ON playlist       TO 'ovs_read'@'localhost';
GRANT SELECT ON playlist_video TO 'ovs_read'@'localhost';
