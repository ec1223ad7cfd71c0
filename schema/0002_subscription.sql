-- 0002 subscription: who may watch until when, and the payments that made it so.

-- One row per member who ever paid: the entitlement. Playing is allowed while now is before
-- paid_until_ms or grace_until_ms.
CREATE TABLE subscription (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  anchor_ms      BIGINT       NOT NULL COMMENT 'start of the unbroken run of months; sets the day of the month',
  months         INT          NOT NULL COMMENT 'paid since the anchor',
  paid_until_ms  BIGINT       NOT NULL COMMENT 'anchor + months calendar months',
  grace_until_ms BIGINT       NOT NULL,
  cancelled_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT 'when the member cancelled; access stays to the end',
  CONSTRAINT subscription_user FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT subscription_months CHECK (months > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A checkout: opened by us, then paid, declined or closed at the provider. The public key is what
-- travels through the browser; it says nothing and grants nothing by itself.
CREATE TABLE checkout (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  public_key     CHAR(22)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id        BIGINT       NOT NULL,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor   BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open' COMMENT 'open, paid, declined, closed',
  created_ms     BIGINT       NOT NULL,
  ended_ms       BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT checkout_key  UNIQUE (public_key),
  CONSTRAINT checkout_user FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT checkout_amount CHECK (amount_minor >= 0),
  CONSTRAINT checkout_state CHECK (state IN ('open', 'paid', 'declined', 'closed')),
  KEY checkout_of_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A payment that arrived: one paid period each. (provider, provider_ref) makes a repeated
-- confirmation do nothing.
CREATE TABLE payment (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  provider_ref   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor   BIGINT       NOT NULL,
  tax_minor      BIGINT       NOT NULL DEFAULT 0,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  starts_ms      BIGINT       NOT NULL COMMENT 'of the paid period',
  ends_ms        BIGINT       NOT NULL,
  paid_ms        BIGINT       NOT NULL,
  CONSTRAINT payment_ref    UNIQUE (provider, provider_ref),
  CONSTRAINT payment_user   FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT payment_amount CHECK (amount_minor >= 0 AND tax_minor >= 0),
  CONSTRAINT payment_period CHECK (ends_ms > starts_ms),
  KEY payment_of_user (user_id, starts_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON subscription TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON checkout     TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON payment      TO 'ovs_money'@'localhost';
GRANT SELECT ON subscription TO 'ovs'@'localhost';
GRANT SELECT ON payment      TO 'ovs'@'localhost';
GRANT SELECT ON subscription TO 'ovs_read'@'localhost';
