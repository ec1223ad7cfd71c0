-- 0011 bank: lines of bank statements, and renewals from earnings.

-- Each line that was imported, once; what became of it. Money that nobody can explain is in
-- clearing:unmatched until it is booked to a checkout or given back.
CREATE TABLE bank_line (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  digest         CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the line, and which of its equals in the file it is',
  on_ms          BIGINT       NOT NULL COMMENT 'the day the bank says',
  amount_minor   BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reference      VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'as found in the text',
  text           VARCHAR(500) NOT NULL,
  state          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'booked, unmatched, returned',
  note           VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'why it is unmatched',
  created_ms     BIGINT       NOT NULL,
  changed_ms     BIGINT       NOT NULL,
  CONSTRAINT bank_line_once   UNIQUE (digest),
  CONSTRAINT bank_line_amount CHECK (amount_minor > 0),
  CONSTRAINT bank_line_state  CHECK (state IN ('booked', 'unmatched', 'returned')),
  KEY bank_line_by_state (state, id),
  KEY bank_line_of_reference (reference)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

ALTER TABLE subscription
  ADD renew_failed_ms BIGINT  NOT NULL DEFAULT 0 COMMENT 'earnings did not cover the latest renewal',
  ADD KEY subscription_to_renew (from_earnings, paid_until_ms);

GRANT SELECT, INSERT, UPDATE ON bank_line TO 'ovs_money'@'localhost';
