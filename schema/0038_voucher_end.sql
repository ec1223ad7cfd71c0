-- 0038 voucher_end: a voucher that was sold is taxed when it is sold; it can be cancelled, and ends
-- when it expires. Accounts can be closed.

ALTER TABLE voucher
  ADD taxed      TINYINT      NOT NULL DEFAULT 0 COMMENT '1: tax and document belong to the sale; 0: to the redemption, as before this file',
  ADD tax_minor  BIGINT       NOT NULL DEFAULT 0 COMMENT 'of value, booked at the sale',
  ADD source     VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'the account that its price went to; empty: of the provider in the settings',
  ADD ended      VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'cancelled, expired: nothing of its value is left',
  ADD ended_ms   BIGINT       NOT NULL DEFAULT 0,
  ADD CONSTRAINT voucher_tax   CHECK (tax_minor BETWEEN 0 AND value_minor),
  ADD CONSTRAINT voucher_ended CHECK (ended IN ('cancelled', 'expired')),
  ADD CONSTRAINT voucher_end   CHECK ((ended IS NULL) = (ended_ms = 0) AND (ended IS NULL OR redeemed_ms IS NULL)),
  ADD KEY voucher_by_expiry (expires_ms);

ALTER TABLE user
  ADD closed_ms  BIGINT       NOT NULL DEFAULT 0 COMMENT 'the member has left: no log-ins, no renewals; what is theirs stays theirs';

-- The audit asks who approved what had to wait.
ALTER TABLE act
  ADD waited     TINYINT      NOT NULL DEFAULT 0 COMMENT '1: asked for with four eyes',
  ADD KEY act_by_end (ended_ms);
