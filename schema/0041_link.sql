-- 0041 link: one-time links that are sent by mail. The table holds no token, only its hash.

CREATE TABLE link (
  token_hash  CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY COMMENT 'SHA-256 of what the link holds',
  purpose     VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_id     BIGINT       NOT NULL COMMENT 'whose account it is about',
  data        VARCHAR(254) NOT NULL DEFAULT '' COMMENT 'what the purpose needs, such as the address that is to be confirmed',
  made_ms     BIGINT       NOT NULL,
  expires_ms  BIGINT       NOT NULL,
  used_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT '0: not used',
  burned_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT '0: not burned; void because something else has made it pointless',
  CONSTRAINT link_purpose CHECK (purpose IN ('confirm', 'reset', 'address', 'undo')),
  CONSTRAINT link_user    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  KEY link_of_user (user_id, purpose, made_ms),
  KEY link_expired (expires_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON link TO 'ovs'@'localhost';
GRANT SELECT                         ON link TO 'ovs_read'@'localhost';
