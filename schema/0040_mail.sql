-- 0040 mail: what people are told, on the site and by mail. lib/app/notify/notify.h.

-- What the page /notifications shows.
CREATE TABLE notice (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  kind           VARCHAR(24)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  once           VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the event: told once; NULL: each time',
  link           VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'a path; empty: none',
  fields         TEXT         NOT NULL COMMENT 'values for the words: name=value, one a line',
  made_ms        BIGINT       NOT NULL,
  read_ms        BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT notice_once UNIQUE (once),
  CONSTRAINT notice_user FOREIGN KEY (user_id) REFERENCES user (id),
  KEY notice_of_user (user_id, id),
  KEY notice_unread (user_id, read_ms),
  KEY notice_by_age (made_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The queue. Only programs that send or show the queue may read it: a link may hold a one-time token.
CREATE TABLE mail (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NULL COMMENT 'NULL: somebody without an account',
  kind           VARCHAR(24)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  once           VARCHAR(140) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the event: sent once; NULL: each time',
  address        VARCHAR(254) NOT NULL DEFAULT '' COMMENT 'empty: the address that the account has when it is sent',
  link           VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'a path; emptied when the mail was sent or dropped',
  fields         TEXT         NOT NULL COMMENT 'values for the words; emptied with the link',
  made_ms        BIGINT       NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  turn           TINYINT      NOT NULL COMMENT '0 first: somebody waits for it; 2: last, since there are many',
  attempts       INT          NOT NULL DEFAULT 0 COMMENT 'begun',
  next_ms        BIGINT       NOT NULL COMMENT 'when it may be tried; while it is sent, when the lease of its worker ends',
  worker         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'that has leased it',
  failure        VARCHAR(12)  CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'what kind of failure the last attempt met',
  reply          INT          NOT NULL DEFAULT 0 COMMENT 'code of the mail server with it; 0: none',
  ended_ms       BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT mail_once  UNIQUE (once),
  CONSTRAINT mail_user  FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT mail_state CHECK (state IN ('waiting', 'sending', 'sent', 'dead', 'dropped')),
  CONSTRAINT mail_to    CHECK (user_id IS NOT NULL OR address <> ''),
  KEY mail_due (state, turn, next_ms),
  KEY mail_by_end (state, ended_ms),
  KEY mail_of_user (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Kinds of mail that a member does not want.
CREATE TABLE notice_off (
  user_id        BIGINT       NOT NULL,
  kind           VARCHAR(24)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  since_ms       BIGINT       NOT NULL,
  PRIMARY KEY (user_id, kind),
  CONSTRAINT notice_off_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON notice     TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON mail       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, DELETE         ON notice_off TO 'ovs'@'localhost';
GRANT SELECT                         ON notice     TO 'ovs_read'@'localhost';
GRANT SELECT                         ON notice_off TO 'ovs_read'@'localhost';
GRANT SELECT, INSERT                 ON notice     TO 'ovs_money'@'localhost';
GRANT INSERT                         ON mail       TO 'ovs_money'@'localhost';
GRANT SELECT                         ON notice_off TO 'ovs_money'@'localhost';
