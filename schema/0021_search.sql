-- 0021 search: words folded by lib/app/search_words.h, and what the creators are called.
-- Forward only: a mistake is repaired by the next number, never here. Applied by jobs/migrate.

-- Words are folded before they come here, so the tables compare bytes, alike on every server.
DROP TABLE video_search;
CREATE TABLE video_search (
  video_id       BIGINT       NOT NULL PRIMARY KEY,
  title          TEXT         NOT NULL,
  tags           TEXT         NOT NULL,
  creator        TEXT         NOT NULL COMMENT 'words of name and handle',
  body           TEXT         NOT NULL COMMENT 'words of the description',
  grams          TEXT         NOT NULL COMMENT 'three-letter pieces of the words of title, tags and creator',
  version        INT          NOT NULL COMMENT 'how they were made; 0: they are to be made anew',
  CONSTRAINT video_search_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  FULLTEXT KEY video_search_words (title, tags, creator, body),
  FULLTEXT KEY video_search_title (title),
  FULLTEXT KEY video_search_grams (grams),
  KEY video_search_version (version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A row for each member who ever uploaded something.
CREATE TABLE channel_search (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  words          TEXT         NOT NULL COMMENT 'of name and handle',
  CONSTRAINT channel_search_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  FULLTEXT KEY channel_search_words (words)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- jobs/reindex writes them within a minute.
INSERT INTO video_search (video_id, title, tags, creator, body, grams, version)
SELECT id, '', '', '', '', '', 0 FROM video WHERE state <> 'deleted';

GRANT SELECT, INSERT, UPDATE, DELETE ON video_search   TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON channel_search TO 'ovs'@'localhost';
GRANT SELECT ON video_search   TO 'ovs_read'@'localhost';
GRANT SELECT ON channel_search TO 'ovs_read'@'localhost';
