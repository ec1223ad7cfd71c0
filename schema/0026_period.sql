-- 0026 period: which months are closed to new dates, and in which currency the books are.

-- What operators locked and opened again, oldest first; the last row holds.
CREATE TABLE period_lock (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  month          INT          NOT NULL COMMENT 'YYYYMM: it and all months before it are locked; 0: none',
  reason         VARCHAR(200) NOT NULL,
  by_user        BIGINT       NULL COMMENT 'the operator; NULL: from the command line',
  at_ms          BIGINT       NOT NULL,
  CONSTRAINT period_lock_by    FOREIGN KEY (by_user) REFERENCES user (id),
  CONSTRAINT period_lock_month CHECK (month = 0 OR month BETWEEN 197001 AND 999912)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Row 1 is the currency of the books: that of the first account. Rows beyond it are of sites that
-- changed their currency before there was this table.
CREATE TABLE ledger_currency (
  id             INT          NOT NULL PRIMARY KEY,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'ISO 4217',
  CONSTRAINT ledger_currency_once UNIQUE (currency)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO ledger_currency (id, currency)
  SELECT ROW_NUMBER() OVER (ORDER BY MAX(id) DESC), currency FROM ledger_account GROUP BY currency;

ALTER TABLE ledger_account
  ADD CONSTRAINT ledger_account_of_books FOREIGN KEY (currency) REFERENCES ledger_currency (currency);

CREATE TRIGGER ledger_currency_first BEFORE INSERT ON ledger_account FOR EACH ROW
  INSERT IGNORE INTO ledger_currency (id, currency) VALUES (1, NEW.currency);
CREATE TRIGGER ledger_currency_keep BEFORE UPDATE ON ledger_currency FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the currency of the books is never changed';
CREATE TRIGGER ledger_currency_stay BEFORE DELETE ON ledger_currency FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the currency of the books is never changed';

GRANT SELECT, INSERT ON period_lock     TO 'ovs_money'@'localhost';
GRANT SELECT         ON ledger_currency TO 'ovs_money'@'localhost';
GRANT SELECT ON period_lock     TO 'ovs_read'@'localhost';
GRANT SELECT ON ledger_currency TO 'ovs_read'@'localhost';
GRANT SELECT ON ledger_currency TO 'ovs'@'localhost';
