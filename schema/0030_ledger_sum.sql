-- 0030 ledger sum: the ledger's sums by month, from which pages and the nightly audit answer, so that
-- neither has to read all legs.
--
-- Numbers of postings are not in the order of commits, and clocks differ, so neither says which
-- postings a sum has. These two lists do: a trigger puts each posting into both in the transaction
-- that writes it, and what has been added up, or audited, is taken off in the transaction that says so.

CREATE TABLE ledger_unsummed (
  tx_id          BIGINT       NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TABLE ledger_unaudited (
  tx_id          BIGINT       NOT NULL PRIMARY KEY
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TRIGGER ledger_tx_new AFTER INSERT ON ledger_tx FOR EACH ROW BEGIN
  INSERT INTO ledger_unsummed (tx_id) VALUES (NEW.id);
  INSERT INTO ledger_unaudited (tx_id) VALUES (NEW.id);
END;
INSERT INTO ledger_unsummed (tx_id) SELECT id FROM ledger_tx;
INSERT INTO ledger_unaudited (tx_id) SELECT id FROM ledger_tx;

-- The legs of an account by the month in which they took effect; those of accounts that hold money
-- also by what they were for.
CREATE TABLE ledger_sum (
  account_id     BIGINT       NOT NULL,
  month          INT          NOT NULL COMMENT 'YYYYMM, UTC',
  act            VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'paid, fee, refund, dispute, payout, own, other; empty if the account is no asset',
  debits_minor   BIGINT       NOT NULL,
  credits_minor  BIGINT       NOT NULL,
  PRIMARY KEY (account_id, month, act),
  CONSTRAINT ledger_sum_account FOREIGN KEY (account_id) REFERENCES ledger_account (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The same by kind of account, the accounts of all creators and all members added up; and how much of
-- what was owed is left, by the month in which it began to be owed.
CREATE TABLE ledger_kind (
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  class          VARCHAR(9)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'held, deferred, asset:psp; see lib/app/reports/sums.h',
  month          INT          NOT NULL COMMENT 'YYYYMM; 0: accounts below zero, in left_minor',
  debits_minor   BIGINT       NOT NULL,
  credits_minor  BIGINT       NOT NULL,
  left_minor     BIGINT       NOT NULL,
  PRIMARY KEY (currency, class, kind, month),
  CONSTRAINT ledger_kind_class CHECK (class IN ('asset', 'liability', 'revenue', 'expense'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The one row that all who add up change first, so that they do it one after the other.
CREATE TABLE ledger_summed (
  id             TINYINT      NOT NULL PRIMARY KEY,
  runs           BIGINT       NOT NULL,
  CONSTRAINT ledger_summed_one CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
INSERT INTO ledger_summed (id, runs) VALUES (1, 0);

-- What audits that found nothing have seen: the digest of the sums of all postings until then, and a
-- chain of these digests.
CREATE TABLE audit_verified (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ran_ms         BIGINT       NOT NULL,
  transactions   BIGINT       NOT NULL COMMENT 'postings verified for the first time',
  digest         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the sums',
  link           CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the link before and the digest'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
CREATE TRIGGER audit_verified_keep BEFORE UPDATE ON audit_verified FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what the audit verified is never changed';
CREATE TRIGGER audit_verified_stay BEFORE DELETE ON audit_verified FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'what the audit verified is never deleted';
ALTER TABLE audit_report
  ADD again TINYINT NOT NULL DEFAULT 0 COMMENT 'it found something in what is written down once: the next run reads everything';

ALTER TABLE statement ADD KEY statement_by_time (made_ms); -- those that are new

GRANT SELECT, INSERT, DELETE         ON ledger_unsummed  TO 'ovs_money'@'localhost';
GRANT SELECT, DELETE                 ON ledger_unaudited TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_sum       TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON ledger_kind      TO 'ovs_money'@'localhost';
GRANT SELECT, UPDATE                 ON ledger_summed    TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT                 ON audit_verified   TO 'ovs_money'@'localhost';
