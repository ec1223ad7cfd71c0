-- 0061 login_seen: from where and with what a member has logged in, so that a log-in from elsewhere can be
-- told. lib/app/people/seen.h.

CREATE TABLE login_seen (
  user_id  BIGINT   NOT NULL,
  mark     CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of network and device: half of a SHA-256',
  seen_ms  BIGINT   NOT NULL COMMENT 'last',
  PRIMARY KEY (user_id, mark),
  KEY login_seen_old (seen_ms),
  CONSTRAINT login_seen_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON login_seen TO 'ovs'@'localhost';
