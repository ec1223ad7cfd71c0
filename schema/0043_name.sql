-- 0043 name: names that look like those of creators, and handles that members had before.

CREATE TABLE name_key (
  user_id        BIGINT       NOT NULL,
  word           CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of a skeleton of name or handle; empty: they are to be made',
  PRIMARY KEY (user_id, word),
  KEY name_key_word (word, user_id),
  CONSTRAINT name_key_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
INSERT INTO name_key (user_id, word) SELECT id, '' FROM user;

CREATE TABLE handle_past (
  word           CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'SHA-256 of the handle, so that the handle of somebody who is gone is reserved and not kept',
  user_id        BIGINT       NOT NULL COMMENT 'who had it',
  given_up_ms    BIGINT       NOT NULL,
  until_ms       BIGINT       NOT NULL COMMENT 'until then nobody else gets it',
  CONSTRAINT handle_past_user FOREIGN KEY (user_id) REFERENCES user (id),
  KEY handle_past_of_user (user_id, given_up_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, DELETE         ON name_key    TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON handle_past TO 'ovs'@'localhost';
GRANT SELECT                         ON handle_past TO 'ovs_read'@'localhost';
GRANT SELECT                         ON name_key    TO 'ovs_money'@'localhost'; -- acts are looked at before they are done
GRANT SELECT                         ON handle_past TO 'ovs_money'@'localhost';
GRANT SELECT                         ON follow      TO 'ovs_money'@'localhost';
