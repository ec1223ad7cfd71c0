-- 0005 ledger: every movement of money, as a transfer from one account to another.
--
-- Append-only double entry. A leg debits one account and credits another of the same currency, so a
-- sum that does not balance cannot be written down. What was written stays: triggers refuse UPDATE
-- and DELETE to everybody, and a leg beyond the number that its transaction announced. A transaction
-- with fewer legs than announced can only be made by hand (lib/app/ledger.c writes all of them in one
-- database transaction); jobs/ledger_audit finds it. Mistakes are repaired by a reversal.

CREATE TABLE ledger_account (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'asset:psp, liab:member:17; see lib/app/ledger.h',
  class          VARCHAR(9)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217',
  owner_id       BIGINT       NULL COMMENT 'the member or creator; NULL: the site',
  CONSTRAINT ledger_account_code     UNIQUE (code, currency),
  CONSTRAINT ledger_account_id       UNIQUE (id, currency), -- what a leg refers to
  CONSTRAINT ledger_account_owner    FOREIGN KEY (owner_id) REFERENCES user (id),
  CONSTRAINT ledger_account_class    CHECK (class IN ('asset', 'liability', 'revenue', 'expense')),
  CONSTRAINT ledger_account_currency CHECK (currency REGEXP '^[A-Z]{3}$')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE ledger_tx (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'not in order of commit: never a watermark',
  ikey           VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'one per business act: settle:17:1',
  digest         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the canonical text',
  kind           VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reverses       BIGINT       NULL COMMENT 'the transaction that this one takes back',
  ref_type       VARCHAR(24)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ref_id         VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  legs           INT          NOT NULL COMMENT 'how many there are',
  effective_ms   BIGINT       NOT NULL COMMENT 'when it happened',
  created_ms     BIGINT       NOT NULL COMMENT 'when it was written down',
  CONSTRAINT ledger_tx_ikey     UNIQUE (ikey),
  CONSTRAINT ledger_tx_once     UNIQUE (reverses),
  CONSTRAINT ledger_tx_reverses FOREIGN KEY (reverses) REFERENCES ledger_tx (id),
  CONSTRAINT ledger_tx_legs     CHECK (legs BETWEEN 1 AND 1000),
  CONSTRAINT ledger_tx_digest   CHECK (LENGTH(digest) = 64),
  KEY ledger_tx_ref (ref_type, ref_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE ledger_leg (
  tx_id          BIGINT       NOT NULL,
  line           INT          NOT NULL COMMENT '1 to legs of its transaction',
  debit_id       BIGINT       NOT NULL,
  credit_id      BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor   BIGINT       NOT NULL,
  unit_id        BIGINT       NULL COMMENT 'the paid month it belongs to',
  PRIMARY KEY (tx_id, line),
  CONSTRAINT ledger_leg_tx     FOREIGN KEY (tx_id) REFERENCES ledger_tx (id),
  CONSTRAINT ledger_leg_debit  FOREIGN KEY (debit_id, currency) REFERENCES ledger_account (id, currency),
  CONSTRAINT ledger_leg_credit FOREIGN KEY (credit_id, currency) REFERENCES ledger_account (id, currency),
  CONSTRAINT ledger_leg_amount CHECK (amount_minor BETWEEN 1 AND 1000000000000),
  CONSTRAINT ledger_leg_two    CHECK (debit_id <> credit_id),
  CONSTRAINT ledger_leg_line   CHECK (line >= 1),
  KEY ledger_leg_of_debit (debit_id, tx_id),
  KEY ledger_leg_of_credit (credit_id, tx_id),
  KEY ledger_leg_of_unit (unit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The sums of the legs of those accounts where a balance decides whether money may leave; changed in
-- the transaction that adds the legs. The audit compares.
CREATE TABLE ledger_balance (
  account_id     BIGINT       NOT NULL PRIMARY KEY,
  debits_minor   BIGINT       NOT NULL DEFAULT 0,
  credits_minor  BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT ledger_balance_account FOREIGN KEY (account_id) REFERENCES ledger_account (id),
  CONSTRAINT ledger_balance_sums    CHECK (debits_minor >= 0 AND credits_minor >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER ledger_account_keep BEFORE UPDATE ON ledger_account FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an account of the ledger is never changed';
CREATE TRIGGER ledger_account_stay BEFORE DELETE ON ledger_account FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an account of the ledger is never deleted';
CREATE TRIGGER ledger_tx_keep BEFORE UPDATE ON ledger_tx FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: post a reversal';
CREATE TRIGGER ledger_tx_stay BEFORE DELETE ON ledger_tx FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: post a reversal';
CREATE TRIGGER ledger_leg_keep BEFORE UPDATE ON ledger_leg FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: post a reversal';
CREATE TRIGGER ledger_leg_stay BEFORE DELETE ON ledger_leg FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: post a reversal';
CREATE TRIGGER ledger_leg_full BEFORE INSERT ON ledger_leg FOR EACH ROW
  IF NEW.line > (SELECT legs FROM ledger_tx WHERE id = NEW.tx_id) THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this transaction has all its legs';
  END IF;

GRANT SELECT, INSERT         ON ledger_account TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON ledger_tx      TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON ledger_leg     TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON ledger_balance TO 'ovs_money'@'localhost';
GRANT SELECT ON ledger_account TO 'ovs_read'@'localhost';
GRANT SELECT ON ledger_tx      TO 'ovs_read'@'localhost';
GRANT SELECT ON ledger_leg     TO 'ovs_read'@'localhost';
GRANT SELECT ON ledger_balance TO 'ovs_read'@'localhost';
