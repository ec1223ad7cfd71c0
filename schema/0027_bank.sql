-- 0027 bank: lines of statements in any format, in both directions, known by the bank's own reference
-- or by what they say; what the bank says the balance is; files that wait to be booked.

ALTER TABLE bank_line
  DROP CONSTRAINT bank_line_amount,
  DROP CONSTRAINT bank_line_state;
ALTER TABLE bank_line
  MODIFY digest  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of what the line says, and which of its equals it is',
  MODIFY state   VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'booked, unmatched, returned, part, explained',
  ADD booked_ms  BIGINT       NOT NULL DEFAULT 0 COMMENT 'the day in the books: on_ms, unless that day was closed' AFTER on_ms,
  ADD quoted     VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'the reference in the text; `reference` is what it was booked to' AFTER reference,
  ADD source     VARCHAR(40)  NOT NULL DEFAULT '' COMMENT 'the format, or: by hand; empty: imported before there were formats',
  ADD account    VARCHAR(34)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'ours, as the bank writes it',
  ADD bank_ref   VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'the key that the bank gave the line',
  ADD end_to_end VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'the key that the sender gave the transfer',
  ADD name       VARCHAR(140) NOT NULL DEFAULT '' COMMENT 'of the other side',
  ADD iban_end   VARCHAR(4)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'of the other side: the last four',
  ADD meaning    VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'payment, fee, interest, tax, owner, payout, refund, return, balance',
  ADD confirms   VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the posting that was there before the line came; the line moves nothing',
  ADD CONSTRAINT bank_line_some_amount CHECK (amount_minor <> 0),
  ADD CONSTRAINT bank_line_states   CHECK (state IN ('booked', 'unmatched', 'returned', 'part', 'explained')),
  ADD CONSTRAINT bank_line_confirms UNIQUE (confirms),
  ADD KEY bank_line_same (quoted, amount_minor, on_ms),
  ADD KEY bank_line_old (source, amount_minor, on_ms),
  ADD KEY bank_line_ref (bank_ref);
UPDATE bank_line SET quoted = reference, booked_ms = on_ms;

-- Payments that were confirmed by hand and that no statement has named yet: the line that comes is
-- theirs.
INSERT INTO bank_line (digest, on_ms, booked_ms, amount_minor, currency, reference, quoted, text, state,
    meaning, source, created_ms, changed_ms)
  SELECT SHA2(CONCAT('payment ', p.id), 256), p.paid_ms DIV 86400000 * 86400000, p.paid_ms, p.amount_minor,
    p.currency, c.reference, c.reference, c.reference, 'booked', 'payment', 'by hand', p.paid_ms, p.paid_ms
  FROM payment p JOIN checkout c ON c.reference = p.provider_ref
  WHERE p.provider = 'manual' AND NOT EXISTS (SELECT 1 FROM (SELECT b.id, b.reference, b.amount_minor
    FROM bank_line b WHERE b.state = 'booked') b WHERE b.reference = p.provider_ref
    AND b.amount_minor = p.amount_minor AND NOT EXISTS (SELECT 1 FROM payment q
    WHERE q.provider = 'manual' AND q.provider_ref = CONCAT('bank_', b.id)));
-- And the lines that were such a payment's.
UPDATE bank_line SET meaning = 'payment' WHERE state = 'booked';

-- Imports wait for each other here, so that none misses what another is about to write.
CREATE TABLE bank_counter (
  id             TINYINT      NOT NULL PRIMARY KEY,
  n              BIGINT       NOT NULL COMMENT 'of transactions that added or changed lines',
  CONSTRAINT bank_counter_one CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
INSERT INTO bank_counter (id, n) VALUES (1, 0);

CREATE TABLE bank_balance (
  account        VARCHAR(34)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  on_ms          BIGINT       NOT NULL COMMENT 'the day at whose end it was so',
  amount_minor   BIGINT       NOT NULL,
  created_ms     BIGINT       NOT NULL,
  PRIMARY KEY (account, currency, on_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A file that was shown to an operator and not booked yet; removed once it is booked, or after a day.
CREATE TABLE bank_file (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL COMMENT 'the operator',
  name           VARCHAR(200) NOT NULL,
  content        MEDIUMBLOB   NOT NULL,
  created_ms     BIGINT       NOT NULL,
  CONSTRAINT bank_file_user FOREIGN KEY (user_id) REFERENCES user (id),
  KEY bank_file_by_time (created_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, UPDATE                 ON bank_counter TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE         ON bank_balance TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, DELETE         ON bank_file    TO 'ovs_money'@'localhost';
