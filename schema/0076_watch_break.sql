-- 0076 watch_break: after how much watching a member wants to be reminded of a break.
-- lib/app/watching/rest.h.

CREATE TABLE watch_break (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  minutes        INT          NOT NULL,
  CONSTRAINT watch_break_user    FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
  CONSTRAINT watch_break_minutes CHECK (minutes > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON watch_break TO 'ovs'@'localhost';
GRANT SELECT ON watch_break TO 'ovs_read'@'localhost';
