-- 0020 reco_run: whole runs of jobs/recommend, with what they chose and why, for operators to read.

CREATE TABLE reco_run (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  started_ms     BIGINT       NOT NULL,
  ended_ms       BIGINT       NOT NULL,
  state          VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'counts and latest times of all that was read; while it is the same, there is nothing new to learn',
  feedback_n     BIGINT       NOT NULL COMMENT 'rows: a member and a video each',
  members_n      BIGINT       NOT NULL,
  videos_n       BIGINT       NOT NULL COMMENT 'that may be shown',
  lists_n        BIGINT       NOT NULL,
  chosen_ms      BIGINT       NOT NULL COMMENT 'when the choice was made; later runs keep it',
  chosen_n       BIGINT       NOT NULL COMMENT 'rows it was made from',
  choice         VARBINARY(200) NOT NULL COMMENT 'struct choice of lib/reco/model.h, as the machine writes it',
  report         TEXT         NOT NULL COMMENT 'what was tried, one a line',
  read_ms        BIGINT       NOT NULL COMMENT 'where the time went',
  choose_ms      BIGINT       NOT NULL,
  learn_ms       BIGINT       NOT NULL,
  lists_ms       BIGINT       NOT NULL,
  write_ms       BIGINT       NOT NULL,
  KEY reco_run_old (started_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, DELETE ON reco_run TO 'ovs'@'localhost';
GRANT SELECT                 ON reco_run TO 'ovs_read'@'localhost';
