-- 0052 factor: what somebody shows at a log-in besides the password, or instead of it.

CREATE TABLE totp (
  user_id     BIGINT        NOT NULL PRIMARY KEY,
  secret      VARCHAR(160)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'sealed with the key factor',
  made_ms     BIGINT        NOT NULL,
  last_step   BIGINT        NOT NULL COMMENT 'of the code that was used last: it and earlier ones are used up',
  CONSTRAINT totp_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE recovery_code (
  user_id     BIGINT        NOT NULL,
  code_hash   CHAR(64)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'HMAC with the key factor',
  made_ms     BIGINT        NOT NULL,
  used_ms     BIGINT        NOT NULL DEFAULT 0 COMMENT '0: not used',
  PRIMARY KEY (user_id, code_hash),
  CONSTRAINT recovery_code_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE passkey (
  id          BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id     BIGINT        NOT NULL,
  credential  VARCHAR(1400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'its id (WebAuthn), base64url',
  algorithm   INT           NOT NULL COMMENT 'COSE: -7 ES256, -8 EdDSA, -257 RS256',
  public_key  VARCHAR(800)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'base64url',
  sign_count  BIGINT        NOT NULL COMMENT 'the highest that it has shown; 0: it does not count',
  name        VARCHAR(60)   NOT NULL COMMENT 'as its owner calls it',
  made_ms     BIGINT        NOT NULL,
  used_ms     BIGINT        NOT NULL DEFAULT 0 COMMENT '0: never',
  CONSTRAINT passkey_credential UNIQUE (credential),
  CONSTRAINT passkey_user       FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  KEY passkey_of_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE challenge_used (
  nonce       CHAR(22)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'of a challenge that a passkey has answered',
  until_ms    BIGINT        NOT NULL COMMENT 'then it has expired, and the row may go',
  KEY challenge_used_until (until_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

ALTER TABLE user
  ADD COLUMN has_factor TINYINT NOT NULL DEFAULT 0 COMMENT 'there is a row of totp or passkey: a password alone is not enough';

GRANT SELECT, INSERT, UPDATE, DELETE ON totp           TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON recovery_code  TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON passkey        TO 'ovs'@'localhost';
GRANT SELECT, INSERT, DELETE         ON challenge_used TO 'ovs'@'localhost';
GRANT SELECT                         ON totp           TO 'ovs_money'@'localhost'; -- acts are looked at before they are done
GRANT SELECT                         ON recovery_code  TO 'ovs_money'@'localhost';
GRANT SELECT                         ON passkey        TO 'ovs_money'@'localhost';
