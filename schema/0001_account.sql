-- 0001 account: people, their passwords and logins, and how often somebody tried.
-- Forward only: a mistake is repaired by the next number, never here. Applied by jobs/migrate.
-- All times are UTC milliseconds since 1970.

CREATE TABLE user (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email          VARCHAR(254) NOT NULL COMMENT 'as typed, compared without case',
  handle         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL COMMENT 'name in addresses',
  display_name   VARCHAR(60)  NOT NULL,
  about          VARCHAR(1000) NOT NULL DEFAULT '',
  avatar_key     VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'file name without .jpg; empty: none',
  role           TINYINT      NOT NULL DEFAULT 0 COMMENT '0 member, 1 moderator, 2 operator',
  blocked        TINYINT      NOT NULL DEFAULT 0,
  token_version  INT          NOT NULL DEFAULT 1 COMMENT 'older access tokens are void',
  created_ms     BIGINT       NOT NULL,
  CONSTRAINT user_email  UNIQUE (email),
  CONSTRAINT user_handle UNIQUE (handle),
  CONSTRAINT user_role   CHECK (role BETWEEN 0 AND 2)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Apart from `user`, so that programs which only show pages cannot read a hash.
CREATE TABLE credential (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  password_hash  VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  changed_ms     BIGINT       NOT NULL,
  CONSTRAINT credential_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE session (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  refresh_hash   CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the cookie rt',
  previous_hash  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the one before, good for 30 s more',
  rotated_ms     BIGINT       NOT NULL,
  created_ms     BIGINT       NOT NULL,
  used_ms        BIGINT       NOT NULL,
  expires_ms     BIGINT       NOT NULL,
  revoked_ms     BIGINT       NOT NULL DEFAULT 0,
  agent          VARCHAR(200) NOT NULL DEFAULT '',
  network        VARCHAR(50)  NOT NULL DEFAULT '',
  CONSTRAINT session_refresh UNIQUE (refresh_hash),
  CONSTRAINT session_user    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  KEY session_of_user (user_id, used_ms),
  KEY session_expired (expires_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Tries per scope and key in fixed windows; the truth behind every rate limit.
CREATE TABLE throttle (
  scope          VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  key_hash       CHAR(32)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  window_ms      BIGINT       NOT NULL COMMENT 'start of the window',
  expires_ms     BIGINT       NOT NULL,
  n              INT          NOT NULL,
  PRIMARY KEY (scope, key_hash, window_ms),
  KEY throttle_expired (expires_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON user       TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON credential TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON session    TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON throttle   TO 'ovs'@'localhost';
GRANT SELECT         ON user    TO 'ovs_read'@'localhost';
GRANT SELECT, UPDATE ON session TO 'ovs_read'@'localhost'; -- renewing a login is all it may change
GRANT SELECT, INSERT, UPDATE ON throttle TO 'ovs_read'@'localhost';
GRANT SELECT ON user TO 'ovs_money'@'localhost';
GRANT SELECT, UPDATE ON session TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON throttle TO 'ovs_money'@'localhost';
