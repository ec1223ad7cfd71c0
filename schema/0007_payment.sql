-- 0007 payment: paid months as units of money, receipts, refunds and disputes, vouchers.

-- The terms that money is divided by. A unit keeps the terms of the day it was paid, so a change
-- takes effect with the next one. lib/app/policy.h.
CREATE TABLE policy (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'the version that units name',
  rule           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  share_bp       INT          NOT NULL COMMENT 'of the net for creators, in basis points',
  fees           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'shared: taken before the split; platform: from the platform''s part',
  idle           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'money of members who watched nobody: uplift or platform',
  min_unit_seconds INT        NOT NULL,
  hold_days      INT          NOT NULL,
  since_ms       BIGINT       NOT NULL COMMENT 'first used',
  CONSTRAINT policy_terms UNIQUE (rule, share_bp, fees, idle, min_unit_seconds, hold_days),
  CONSTRAINT policy_rule  CHECK (rule IN ('user', 'scaled')),
  CONSTRAINT policy_share CHECK (share_bp BETWEEN 1 AND 10000),
  CONSTRAINT policy_fees  CHECK (fees IN ('shared', 'platform')),
  CONSTRAINT policy_idle  CHECK (idle IN ('uplift', 'platform'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- starts_ms to ends_ms are `months` calendar months; each of them is a unit. Payments from before
-- this file have none.
ALTER TABLE payment
  ADD months     INT          NOT NULL DEFAULT 1,
  ADD fee_minor  BIGINT       NOT NULL DEFAULT 0 COMMENT 'what the provider kept, as far as known when it was paid',
  ADD CONSTRAINT payment_months CHECK (months BETWEEN 1 AND 12),
  ADD CONSTRAINT payment_fee    CHECK (fee_minor BETWEEN 0 AND amount_minor);

-- One paid month of one member. Its money never changes but for refunds; what became of it stands
-- below once it is settled.
CREATE TABLE unit (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  payment_id     BIGINT       NOT NULL,
  n              INT          NOT NULL COMMENT 'month of the payment, from 0',
  user_id        BIGINT       NOT NULL,
  policy_id      BIGINT       NOT NULL,
  starts_ms      BIGINT       NOT NULL,
  ends_ms        BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  gross_minor    BIGINT       NOT NULL,
  tax_minor      BIGINT       NOT NULL,
  fee_minor      BIGINT       NOT NULL,
  refunded_minor BIGINT       NOT NULL DEFAULT 0 COMMENT 'of gross, by all refunds and disputes',
  frozen         INT          NOT NULL DEFAULT 0 COMMENT 'open disputes: not settled, not matured while > 0',
  settled_ms     BIGINT       NOT NULL DEFAULT 0,
  settled_refunded_minor BIGINT NOT NULL DEFAULT 0 COMMENT 'refunded_minor when it was settled',
  seconds        BIGINT       NOT NULL DEFAULT 0 COMMENT 'credited, of all creators',
  net_minor      BIGINT       NOT NULL DEFAULT 0,
  shortfall_minor BIGINT      NOT NULL DEFAULT 0,
  creators_minor BIGINT       NOT NULL DEFAULT 0 COMMENT 'the share of the creators',
  platform_minor BIGINT       NOT NULL DEFAULT 0,
  idle_minor     BIGINT       NOT NULL DEFAULT 0 COMMENT 'of creators_minor: nobody was watched long enough',
  matured_ms     BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT unit_month    UNIQUE (payment_id, n),
  CONSTRAINT unit_payment  FOREIGN KEY (payment_id) REFERENCES payment (id),
  CONSTRAINT unit_policy   FOREIGN KEY (policy_id) REFERENCES policy (id),
  CONSTRAINT unit_period   CHECK (ends_ms > starts_ms),
  CONSTRAINT unit_money    CHECK (gross_minor >= 0 AND tax_minor BETWEEN 0 AND gross_minor AND fee_minor >= 0),
  CONSTRAINT unit_refund   CHECK (refunded_minor BETWEEN 0 AND gross_minor),
  CONSTRAINT unit_frozen   CHECK (frozen >= 0),
  KEY unit_of_user (user_id, starts_ms),
  KEY unit_to_settle (settled_ms, ends_ms),
  KEY unit_to_mature (matured_ms, settled_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What of a unit goes to whom. Under the rule `scaled` the amount is known when the month closes.
CREATE TABLE unit_share (
  unit_id        BIGINT       NOT NULL,
  creator_id     BIGINT       NOT NULL,
  seconds        BIGINT       NOT NULL COMMENT 'credited',
  amount_minor   BIGINT       NOT NULL,
  reversed_minor BIGINT       NOT NULL DEFAULT 0 COMMENT 'of amount, taken back by refunds',
  PRIMARY KEY (unit_id, creator_id),
  KEY unit_share_of_creator (creator_id, unit_id),
  CONSTRAINT unit_share_unit   FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT unit_share_amount CHECK (seconds > 0 AND amount_minor >= 0 AND reversed_minor BETWEEN 0 AND amount_minor)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Refunds and disputes, one row each, keyed by the provider. An undone one (a refund that failed, a
-- dispute that was won) keeps its row.
CREATE TABLE reversal (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  payment_id     BIGINT       NOT NULL,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  provider_ref   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'open (a dispute: frozen, no money moved), done, undone',
  amount_minor   BIGINT       NOT NULL COMMENT 'gross',
  fee_minor      BIGINT       NOT NULL DEFAULT 0 COMMENT 'what the provider takes for a dispute',
  reason         VARCHAR(200) NOT NULL DEFAULT '',
  created_ms     BIGINT       NOT NULL,
  done_ms        BIGINT       NOT NULL DEFAULT 0,
  undone_ms      BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT reversal_ref     UNIQUE (provider, provider_ref),
  CONSTRAINT reversal_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  CONSTRAINT reversal_kind    CHECK (kind IN ('refund', 'dispute')),
  CONSTRAINT reversal_state   CHECK (state IN ('open', 'done', 'undone')),
  CONSTRAINT reversal_amount  CHECK (amount_minor > 0 AND fee_minor >= 0),
  KEY reversal_of_payment (payment_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- How a reversal falls on the months of its payment.
CREATE TABLE reversal_unit (
  reversal_id    BIGINT       NOT NULL,
  unit_id        BIGINT       NOT NULL,
  amount_minor   BIGINT       NOT NULL COMMENT 'gross',
  PRIMARY KEY (reversal_id, unit_id),
  KEY reversal_unit_of_unit (unit_id),
  CONSTRAINT reversal_unit_reversal FOREIGN KEY (reversal_id) REFERENCES reversal (id),
  CONSTRAINT reversal_unit_unit     FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT reversal_unit_amount   CHECK (amount_minor > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Receipts and credit notes in one gapless row of numbers: the counter's row is locked to the end of
-- the transaction that uses its number.
CREATE TABLE receipt_counter (
  id             TINYINT      NOT NULL PRIMARY KEY,
  last           BIGINT       NOT NULL,
  CONSTRAINT receipt_counter_one CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
INSERT INTO receipt_counter (id, last) VALUES (1, 0);

CREATE TABLE receipt (
  number         BIGINT       NOT NULL PRIMARY KEY,
  payment_id     BIGINT       NOT NULL,
  reversal_id    BIGINT       NOT NULL DEFAULT 0 COMMENT '0: the receipt of the payment; else the credit note of that reversal',
  user_id        BIGINT       NOT NULL,
  amount_minor   BIGINT       NOT NULL COMMENT 'of a credit note below 0',
  tax_minor      BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_ms      BIGINT       NOT NULL,
  CONSTRAINT receipt_once    UNIQUE (payment_id, reversal_id),
  CONSTRAINT receipt_payment FOREIGN KEY (payment_id) REFERENCES payment (id),
  KEY receipt_of_user (user_id, number)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Codes are 128 random bits and stand here only as SHA-256.
CREATE TABLE voucher (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  code_hash      CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  months         INT          NOT NULL,
  value_minor    BIGINT       NOT NULL COMMENT 'what it was sold for; 0: a gift, nothing to divide',
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  note           VARCHAR(100) NOT NULL DEFAULT '',
  created_ms     BIGINT       NOT NULL,
  expires_ms     BIGINT       NOT NULL,
  redeemed_ms    BIGINT       NULL,
  redeemed_by    BIGINT       NULL,
  CONSTRAINT voucher_code     UNIQUE (code_hash),
  CONSTRAINT voucher_redeemer FOREIGN KEY (redeemed_by) REFERENCES user (id),
  CONSTRAINT voucher_months   CHECK (months BETWEEN 1 AND 12),
  CONSTRAINT voucher_value    CHECK (value_minor >= 0),
  CONSTRAINT voucher_used     CHECK ((redeemed_ms IS NULL) = (redeemed_by IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A checkout is for 1 month or a year; `reference` is what a bank transfer has to say.
ALTER TABLE checkout
  ADD months     INT          NOT NULL DEFAULT 1,
  ADD reference  VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD CONSTRAINT checkout_months    CHECK (months BETWEEN 1 AND 12),
  ADD CONSTRAINT checkout_reference UNIQUE (reference);

-- Members may let their earnings pay for their subscription.
ALTER TABLE subscription
  ADD from_earnings TINYINT   NOT NULL DEFAULT 0;

GRANT SELECT, INSERT         ON policy          TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON unit            TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON unit_share      TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON reversal        TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON reversal_unit   TO 'ovs_money'@'localhost';
GRANT SELECT, UPDATE         ON receipt_counter TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON receipt         TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON voucher         TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON watch_dirty     TO 'ovs_money'@'localhost';
GRANT SELECT                 ON unit            TO 'ovs'@'localhost';
