-- 0051 claim: an address belongs to an account once somebody has opened the link that was sent there. Until
-- then the account only claims it, which keeps nobody else from it. lib/app/people/address.h.

ALTER TABLE user
  ADD claim_until_ms BIGINT NOT NULL DEFAULT 0 COMMENT 'nobody has confirmed the address; the account lapses then; 0: it is confirmed' AFTER email;
ALTER TABLE user DROP INDEX user_email;
ALTER TABLE user
  ADD address VARCHAR(254) AS (IF(claim_until_ms = 0, email, NULL)) STORED COMMENT 'email, once it is confirmed' AFTER claim_until_ms,
  ADD CONSTRAINT user_address UNIQUE (address),
  ADD KEY user_claim (claim_until_ms);
