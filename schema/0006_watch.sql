-- 0006 watch: what was played and what of it counts. These rows become money, so they outlive videos and
-- members: nothing here refers to their tables.

-- A stretch of playing, at most 60 s and within one UTC day. Only ever added.
CREATE TABLE watch_seg (
  day            INT          NOT NULL COMMENT 'days since 1970',
  user_id        BIGINT       NOT NULL,
  batch_id       BIGINT       NOT NULL,
  n              INT          NOT NULL COMMENT 'within the batch',
  video_id       BIGINT       NOT NULL,
  creator_id     BIGINT       NOT NULL,
  session        VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the player',
  t0_ms          BIGINT       NOT NULL,
  t1_ms          BIGINT       NOT NULL,
  length_ms      BIGINT       NOT NULL COMMENT 'of the video',
  flags          INT          NOT NULL COMMENT 'SEGMENT_ of lib/app/credit.h',
  PRIMARY KEY (day, user_id, batch_id, n),
  CONSTRAINT watch_seg_span CHECK (t0_ms < t1_ms AND t1_ms <= t0_ms + 60000),
  CONSTRAINT watch_seg_day  CHECK (t0_ms >= day * 86400000 AND t1_ms <= (day + 1) * 86400000)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- How far each spool file has been read; goes with its file. A batch that is already in cannot come
-- again.
CREATE TABLE watch_batch (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  node           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file           VARCHAR(110) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  from_bytes     BIGINT       NOT NULL,
  to_bytes       BIGINT       NOT NULL,
  done_ms        BIGINT       NOT NULL,
  CONSTRAINT watch_batch_once UNIQUE (node, file, from_bytes),
  CONSTRAINT watch_batch_span CHECK (to_bytes > from_bytes)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Machines that hear of watching. What one of them heard before all_before_ms is in watch_seg.
CREATE TABLE watch_node (
  node           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  all_before_ms  BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Days of members whose watch_day does not say yet what watch_seg does.
CREATE TABLE watch_dirty (
  user_id        BIGINT       NOT NULL,
  day            INT          NOT NULL,
  PRIMARY KEY (user_id, day),
  KEY watch_dirty_oldest (day, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a member's day brings to whom.
CREATE TABLE watch_day (
  user_id        BIGINT       NOT NULL,
  day            INT          NOT NULL,
  video_id       BIGINT       NOT NULL,
  creator_id     BIGINT       NOT NULL,
  credited_ms    BIGINT       NOT NULL,
  raw_ms         BIGINT       NOT NULL,
  lost           INT          NOT NULL COMMENT 'why not all counted: LOST_ of lib/app/credit.h',
  PRIMARY KEY (user_id, day, video_id),
  CONSTRAINT watch_day_credit CHECK (credited_ms >= 0 AND credited_ms <= raw_ms),
  CONSTRAINT watch_day_own    CHECK (user_id <> creator_id OR credited_ms = 0),
  KEY watch_day_of_creator (creator_id, day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, DELETE ON watch_seg   TO 'ovs'@'localhost';
GRANT SELECT, INSERT, DELETE ON watch_batch TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON watch_node  TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON watch_dirty TO 'ovs'@'localhost';
GRANT SELECT, INSERT, DELETE ON watch_day   TO 'ovs'@'localhost';
GRANT SELECT ON watch_seg   TO 'ovs_money'@'localhost';
GRANT SELECT ON watch_node  TO 'ovs_money'@'localhost';
GRANT SELECT ON watch_dirty TO 'ovs_money'@'localhost';
GRANT SELECT ON watch_day   TO 'ovs_money'@'localhost';
GRANT SELECT ON watch_day   TO 'ovs_read'@'localhost';
