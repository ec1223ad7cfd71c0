-- 0073 takeout: archives of all that the site has of a member, which the member takes along.
-- lib/app/leaving/takeout.h.

CREATE TABLE takeout (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'waiting',
  percent        INT          NOT NULL DEFAULT 0,
  attempts       INT          NOT NULL DEFAULT 0 COMMENT 'begun',
  worker         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'that has leased it',
  lease_ms       BIGINT       NOT NULL DEFAULT 0 COMMENT 'when another worker may take it',
  file           CHAR(22)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'var_dir/takeout/FILE.zip',
  bytes          BIGINT       NOT NULL DEFAULT 0,
  asked_ms       BIGINT       NOT NULL,
  ended_ms       BIGINT       NOT NULL DEFAULT 0,
  expires_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT 'of one that has ended: when file and row go',
  open_user_id   BIGINT       AS (IF(state IN ('waiting', 'running'), user_id, NULL)) STORED,
  CONSTRAINT takeout_user  FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT takeout_one   UNIQUE (open_user_id),
  CONSTRAINT takeout_state CHECK (state IN ('waiting', 'running', 'ready', 'failed')),
  KEY takeout_of_user (user_id, id),
  KEY takeout_due (state, lease_ms),
  KEY takeout_old (state, expires_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON takeout TO 'ovs'@'localhost';
GRANT SELECT                         ON takeout TO 'ovs_read'@'localhost';
GRANT SELECT ON media_opened   TO 'ovs'@'localhost';
