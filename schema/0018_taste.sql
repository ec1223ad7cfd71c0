-- 0018 taste: what members say about what they want to see, and what is made of it.

-- What a member said once. No row: nothing yet.
CREATE TABLE taste (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  from_ms        BIGINT       NOT NULL DEFAULT 0 COMMENT 'what is older does not count: recommendations were reset then',
  asked_ms       BIGINT       NOT NULL DEFAULT 0 COMMENT 'when they chose categories, or chose not to',
  CONSTRAINT taste_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE taste_category (
  user_id        BIGINT       NOT NULL,
  category_id    BIGINT       NOT NULL,
  PRIMARY KEY (user_id, category_id),
  CONSTRAINT taste_category_user     FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT taste_category_category FOREIGN KEY (category_id) REFERENCES category (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- "Show less like this."
CREATE TABLE not_interested (
  user_id        BIGINT       NOT NULL,
  video_id       BIGINT       NOT NULL,
  said_ms        BIGINT       NOT NULL,
  PRIMARY KEY (user_id, video_id),
  CONSTRAINT not_interested_user  FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT not_interested_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  KEY not_interested_recent (user_id, said_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Packed lists (lib/reco/rank.h), all made by one run of jobs/recommend. A run fills reco_list_next
-- and swaps the two.
CREATE TABLE reco_list (
  kind           TINYINT      NOT NULL COMMENT 'enum list_kind of lib/app/recommend.h',
  id             BIGINT       NOT NULL COMMENT 'a member, a video or a category, as the kind says',
  made_ms        BIGINT       NOT NULL COMMENT 'of the latest feedback in it',
  packed         MEDIUMBLOB   NOT NULL,
  PRIMARY KEY (kind, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TABLE reco_list_next LIKE reco_list;

-- How often recommended videos were shown to members on their home pages, and opened from there.
CREATE TABLE exposure (
  video_id       BIGINT       NOT NULL,
  day            INT          NOT NULL COMMENT 'days since 1970',
  shown          BIGINT       NOT NULL,
  opened         BIGINT       NOT NULL,
  PRIMARY KEY (video_id, day),
  CONSTRAINT exposure_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON taste          TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON taste_category TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON not_interested TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON exposure       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER ON reco_list      TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER ON reco_list_next TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER ON reco_list_old  TO 'ovs'@'localhost';
GRANT SELECT ON taste          TO 'ovs_read'@'localhost';
GRANT SELECT ON taste_category TO 'ovs_read'@'localhost';
GRANT SELECT ON not_interested TO 'ovs_read'@'localhost';
GRANT SELECT ON exposure       TO 'ovs_read'@'localhost';
GRANT SELECT ON reco_list      TO 'ovs_read'@'localhost';
GRANT SELECT ON follow         TO 'ovs_read'@'localhost';
