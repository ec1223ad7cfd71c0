-- 0015 statement: what a creator got in a month, written down once; and who may read money to show it.

-- The document is the CSV text; its SHA-256 stands beside it. Months follow each other without a gap:
-- the opening balance of one is the closing balance of the one before.
CREATE TABLE statement (
  creator_id     BIGINT       NOT NULL,
  month          INT          NOT NULL COMMENT 'YYYYMM',
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  opening_minor  BIGINT       NOT NULL,
  closing_minor  BIGINT       NOT NULL,
  csv            MEDIUMTEXT   NOT NULL,
  sha256         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  made_ms        BIGINT       NOT NULL,
  PRIMARY KEY (creator_id, month),
  CONSTRAINT statement_creator FOREIGN KEY (creator_id) REFERENCES user (id),
  CONSTRAINT statement_sha256  CHECK (LENGTH(sha256) = 64)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Months for which every creator has theirs.
CREATE TABLE statement_month (
  month          INT          NOT NULL PRIMARY KEY COMMENT 'YYYYMM',
  statements     INT          NOT NULL,
  done_ms        BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER statement_keep BEFORE UPDATE ON statement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a statement is never changed';
CREATE TRIGGER statement_stay BEFORE DELETE ON statement FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a statement is never deleted';

-- Pages and exports ask by month.
ALTER TABLE ledger_tx ADD KEY ledger_tx_by_time (effective_ms, id);

GRANT SELECT, INSERT ON statement       TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT ON statement_month TO 'ovs_money'@'localhost';
GRANT SELECT ON statement    TO 'ovs_read'@'localhost';
GRANT SELECT ON unit         TO 'ovs_read'@'localhost';
GRANT SELECT ON unit_share   TO 'ovs_read'@'localhost';
GRANT SELECT ON policy       TO 'ovs_read'@'localhost';
GRANT SELECT ON month_close  TO 'ovs_read'@'localhost';
GRANT SELECT ON month_uplift TO 'ovs_read'@'localhost';
GRANT SELECT ON payout_hold  TO 'ovs_read'@'localhost';
-- All but sealed accounts and their fingerprints.
GRANT SELECT (id, run_id, user_id, provider, amount_minor, currency, state, attempt, provider_ref,
  first_try_ms, looked_ms, returns, note, created_ms, changed_ms, iban_end)
  ON payout TO 'ovs_read'@'localhost';
GRANT SELECT (user_id, provider, state, holder, iban_end, vat_id, pay_below, created_ms, updated_ms,
  account_ms) ON payee TO 'ovs_read'@'localhost';
