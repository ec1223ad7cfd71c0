-- 0044 journal: what moderators and operators did that is not about money: who, when, about what and
-- why. Money has table act. lib/app/site/journal.h.

CREATE TABLE moderation_log (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at_ms          BIGINT       NOT NULL,
  by_id          BIGINT       NULL COMMENT 'NULL: the command line did not say whose account, or a job',
  by_shell       VARCHAR(64)  NOT NULL DEFAULT '' COMMENT 'user of the command line, or job:NAME; empty: on a page',
  what           VARCHAR(200) NOT NULL COMMENT 'in words',
  about          VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'video:PUBLIC_ID, member:ID, case:ID, ...',
  why            VARCHAR(500) NOT NULL,
  CONSTRAINT moderation_log_by FOREIGN KEY (by_id) REFERENCES user (id),
  KEY moderation_log_of (by_id, id),
  KEY moderation_log_about (about, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER moderation_log_keep BEFORE UPDATE ON moderation_log FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the journal is append-only: add what is right now';
CREATE TRIGGER moderation_log_stay BEFORE DELETE ON moderation_log FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the journal is append-only: add what is right now';

GRANT SELECT, INSERT ON moderation_log TO 'ovs'@'localhost';
GRANT SELECT, INSERT ON moderation_log TO 'ovs_money'@'localhost';
GRANT SELECT         ON moderation_log TO 'ovs_read'@'localhost';
