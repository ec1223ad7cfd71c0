-- 0056 comment: what people write under videos. lib/app/talk/comment.h.

CREATE TABLE comment (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  video_id       BIGINT       NOT NULL,
  owner_id       BIGINT       NOT NULL COMMENT 'whose video it is',
  user_id        BIGINT       NOT NULL COMMENT 'who wrote it',
  parent_id      BIGINT       NULL COMMENT 'the comment that it answers, which answers none itself; NULL: it answers none',
  text           VARCHAR(2000) NOT NULL COMMENT 'emptied when its author deletes it',
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  free_state     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of one that is blocked or removed: the state that it has once it is restored',
  likes          INT          NOT NULL DEFAULT 0,
  replies        INT          NOT NULL DEFAULT 0 COMMENT 'those that are shown',
  made_ms        BIGINT       NOT NULL,
  edited_ms      BIGINT       NOT NULL DEFAULT 0 COMMENT '0: never',
  CONSTRAINT comment_video  FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  CONSTRAINT comment_owner  FOREIGN KEY (owner_id) REFERENCES user (id),
  CONSTRAINT comment_user   FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT comment_parent FOREIGN KEY (parent_id) REFERENCES comment (id) ON DELETE CASCADE,
  CONSTRAINT comment_state  CHECK (state IN ('shown', 'held', 'hidden', 'blocked', 'removed', 'deleted')),
  CONSTRAINT comment_free   CHECK (free_state REGEXP '^(shown|held|hidden)$'),
  CONSTRAINT comment_stays  CHECK (state REGEXP '^(shown|held|hidden|deleted)$' OR free_state IS NOT NULL),
  KEY comment_newest (video_id, parent_id, state, id),
  KEY comment_liked (video_id, parent_id, state, likes, id),
  KEY comment_answers (parent_id, state, id),
  KEY comment_of_owner (owner_id, state, id),
  KEY comment_of_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE comment_like (
  comment_id     BIGINT       NOT NULL,
  user_id        BIGINT       NOT NULL,
  PRIMARY KEY (comment_id, user_id),
  CONSTRAINT comment_like_of   FOREIGN KEY (comment_id) REFERENCES comment (id) ON DELETE CASCADE,
  CONSTRAINT comment_like_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a video's comments have in common. No row: none was written yet.
CREATE TABLE comment_video (
  video_id       BIGINT       NOT NULL PRIMARY KEY,
  shown          INT          NOT NULL DEFAULT 0 COMMENT 'comments and replies that everybody can read',
  closed         TINYINT      NOT NULL DEFAULT 0 COMMENT 'by the creator: no further ones',
  pinned_id      BIGINT       NULL COMMENT 'the comment at the top',
  CONSTRAINT comment_video_of FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Which comments wait for the creator. No row: those with links.
CREATE TABLE comment_rule (
  user_id        BIGINT       NOT NULL PRIMARY KEY COMMENT 'the creator',
  hold_links     TINYINT      NOT NULL,
  words          VARCHAR(4000) NOT NULL COMMENT 'one a line',
  CONSTRAINT comment_rule_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON comment       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, DELETE         ON comment_like  TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON comment_video TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON comment_rule  TO 'ovs'@'localhost';
GRANT SELECT ON comment       TO 'ovs_read'@'localhost';
GRANT SELECT ON comment_like  TO 'ovs_read'@'localhost';
GRANT SELECT ON comment_video TO 'ovs_read'@'localhost';
