-- 0016 audit: what taking money back leaves behind, and what the audit remembers.

-- Open disputes suspend playing; a month that was paid back is no longer counted.
ALTER TABLE subscription
  ADD suspended INT NOT NULL DEFAULT 0 COMMENT 'open disputes: no playing while > 0',
  DROP CONSTRAINT subscription_months,
  ADD CONSTRAINT subscription_run     CHECK (months >= 0),
  ADD CONSTRAINT subscription_dispute CHECK (suspended >= 0);

ALTER TABLE unit_share
  ADD early_minor    BIGINT NOT NULL DEFAULT 0 COMMENT 'what amount was larger by when it was settled: refunds before its month was closed',
  ADD absorbed_minor BIGINT NOT NULL DEFAULT 0 COMMENT 'of what was taken back: the platform bore it',
  ADD CONSTRAINT unit_share_absorbed CHECK (absorbed_minor >= 0);
ALTER TABLE month_uplift
  ADD absorbed_minor BIGINT NOT NULL DEFAULT 0 COMMENT 'of what was taken back: the platform bore it',
  ADD CONSTRAINT month_uplift_absorbed CHECK (absorbed_minor >= 0);

-- One link per UTC day that is over: SHA-256 over the link before and the digests of what was written
-- down on that day, in the order of their numbers. A change of the past breaks it.
CREATE TABLE audit_chain (
  day            INT          NOT NULL PRIMARY KEY COMMENT 'days since 1970, of ledger_tx.created_ms',
  transactions   INT          NOT NULL,
  link           CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  made_ms        BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TRIGGER audit_chain_keep BEFORE UPDATE ON audit_chain FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a link of the audit is never changed';
CREATE TRIGGER audit_chain_stay BEFORE DELETE ON audit_chain FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a link of the audit is never deleted';

-- What the latest runs said.
CREATE TABLE audit_report (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ran_ms         BIGINT       NOT NULL,
  every_unit     TINYINT      NOT NULL COMMENT 'recomputed all of them, not a sample',
  findings       INT          NOT NULL,
  report         MEDIUMTEXT   NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Balances that the run found, those of all creators and members added up.
CREATE TABLE audit_balance (
  report_id      BIGINT       NOT NULL,
  account        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'asset:psp, liab:creator:held',
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  minor          BIGINT       NOT NULL,
  PRIMARY KEY (report_id, account, currency),
  CONSTRAINT audit_balance_report FOREIGN KEY (report_id) REFERENCES audit_report (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

ALTER TABLE ledger_tx ADD KEY ledger_tx_by_day (created_ms, id); -- the chain

GRANT SELECT, INSERT         ON audit_chain  TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, DELETE ON audit_report TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON audit_balance TO 'ovs_money'@'localhost';
GRANT SELECT                 ON audit_report  TO 'ovs_read'@'localhost';
GRANT SELECT                 ON audit_balance TO 'ovs_read'@'localhost';
