-- 0004 job_run: what ran when, how it ended and what it did; and when each job is due again.

CREATE TABLE job_run (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  job            VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  host           VARCHAR(64)  NOT NULL DEFAULT '',
  started_ms     BIGINT       NOT NULL,
  ended_ms       BIGINT       NOT NULL DEFAULT 0 COMMENT '0: runs still, or was killed',
  result         VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  did            VARCHAR(500) NOT NULL DEFAULT '',
  KEY job_run_latest (job, started_ms),
  KEY job_run_old (started_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON job_run TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE         ON job_run TO 'ovs_money'@'localhost';
GRANT SELECT                         ON job_run TO 'ovs_read'@'localhost';
