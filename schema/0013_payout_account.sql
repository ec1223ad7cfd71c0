-- 0013 payout: to which account a payout went, when a run was complete, and the test provider's bank.

ALTER TABLE payee
  ADD account_ms BIGINT       NOT NULL DEFAULT 0 COMMENT 'when this account was given: payouts wait a while after that';

-- As it stood when the payout was reserved: what the creator changes later concerns the next one.
ALTER TABLE payout
  ADD holder      VARCHAR(70)  NOT NULL DEFAULT '',
  ADD iban_sealed VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  ADD iban_end    VARCHAR(4)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  MODIFY attempt   INT         NOT NULL DEFAULT 1 COMMENT 'grows when a provider never heard of the one before',
  MODIFY looked_ms BIGINT      NOT NULL DEFAULT 0 COMMENT 'the first look-up that found nothing once the key was too old to repeat',
  ADD KEY payout_by_day (first_try_ms);

ALTER TABLE payout_run
  ADD reserved_ms BIGINT      NOT NULL DEFAULT 0 COMMENT 'when nobody was left to be added';

-- The bank of the test provider: what it was told to send, under the key it was told with. It is
-- outside of our books, as a bank is.
CREATE TABLE test_payout (
  idem_key       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  payout_id      BIGINT       NOT NULL,
  amount_minor   BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  CONSTRAINT test_payout_amount CHECK (amount_minor > 0),
  KEY test_payout_of (payout_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT UPDATE         ON payout_run  TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT ON test_payout TO 'ovs_money'@'localhost';
