-- 0009 payout: who is paid where, holds, runs, payouts and what operators switch.

-- Where a creator wants the money. The IBAN is sealed (lib/app/payee.h); fingerprint is an HMAC of
-- it, equal for equal accounts: those who share one are one person to the rules of watch credit.
CREATE TABLE payee (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'active, incomplete',
  holder         VARCHAR(70)  NOT NULL DEFAULT '',
  iban_sealed    VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  iban_end       VARCHAR(4)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  fingerprint    VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  vat_id         VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  pay_below      TINYINT      NOT NULL DEFAULT 0 COMMENT 'leaving: pays out once below the threshold',
  created_ms     BIGINT       NOT NULL,
  updated_ms     BIGINT       NOT NULL,
  CONSTRAINT payee_user FOREIGN KEY (user_id) REFERENCES user (id),
  KEY payee_of_account (fingerprint)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- A person decided, or a rule asked for one, that a creator is not paid for now. One open hold each.
CREATE TABLE payout_hold (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  kind           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'freeze (an operator), review (a rule)',
  reason         VARCHAR(500) NOT NULL COMMENT 'shown to the creator',
  by_user        BIGINT       NOT NULL DEFAULT 0 COMMENT '0: a rule',
  created_ms     BIGINT       NOT NULL,
  appeal         VARCHAR(2000) NOT NULL DEFAULT '' COMMENT 'what the creator says to it',
  appeal_ms      BIGINT       NOT NULL DEFAULT 0,
  lifted_ms      BIGINT       NOT NULL DEFAULT 0,
  lifted_by      BIGINT       NOT NULL DEFAULT 0,
  open_user_id   BIGINT       AS (IF(lifted_ms = 0, user_id, NULL)) STORED,
  CONSTRAINT payout_hold_user UNIQUE (open_user_id),
  CONSTRAINT payout_hold_kind CHECK (kind IN ('freeze', 'review')),
  KEY payout_hold_of_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE payout_run (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  month          INT          NOT NULL COMMENT 'YYYYMM of the day it ran: one run a month',
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_ms     BIGINT       NOT NULL,
  CONSTRAINT payout_run_month UNIQUE (month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE payout (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  run_id         BIGINT       NOT NULL,
  user_id        BIGINT       NOT NULL,
  provider       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_minor   BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'see lib/app/payout.h',
  attempt        INT          NOT NULL DEFAULT 1 COMMENT 'grows only after a definite no',
  provider_ref   VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  first_try_ms   BIGINT       NOT NULL DEFAULT 0,
  looked_ms      BIGINT       NOT NULL DEFAULT 0 COMMENT 'the latest look-up that found nothing',
  returns        INT          NOT NULL DEFAULT 0,
  note           VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'why it failed or came back',
  created_ms     BIGINT       NOT NULL,
  changed_ms     BIGINT       NOT NULL,
  CONSTRAINT payout_ref    UNIQUE (provider, provider_ref),
  CONSTRAINT payout_once   UNIQUE (run_id, user_id),
  CONSTRAINT payout_run_of FOREIGN KEY (run_id) REFERENCES payout_run (id),
  CONSTRAINT payout_user   FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT payout_amount CHECK (amount_minor > 0),
  CONSTRAINT payout_state  CHECK (state IN ('reserved', 'sending', 'unknown', 'sent', 'paid', 'failed', 'returned')),
  KEY payout_of_user (user_id, id),
  KEY payout_by_state (state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What operators switch while the site runs; absent: the default. lib/app/setting.h.
CREATE TABLE setting (
  name           VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  value          MEDIUMTEXT   NOT NULL,
  changed_by     BIGINT       NOT NULL,
  changed_ms     BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON payee       TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON payout_hold TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT         ON payout_run  TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON payout      TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON setting     TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON setting     TO 'ovs'@'localhost';
GRANT SELECT                 ON setting     TO 'ovs_read'@'localhost';
