-- 0014 audience: what beats tell members (history) and creators (how far their videos are watched).

-- What a member played before from_ms is not put into the history; no row: all is. While the history
-- is paused from_ms is the largest number there is.
CREATE TABLE watch_history (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  from_ms        BIGINT       NOT NULL,
  CONSTRAINT watch_history_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- How often each part of a video was played by others than its creator.
CREATE TABLE video_retention (
  video_id       BIGINT       NOT NULL,
  cell           INT          NOT NULL COMMENT 'parts of 5 s, from 0',
  plays          BIGINT       NOT NULL,
  PRIMARY KEY (video_id, cell),
  CONSTRAINT video_retention_video FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE,
  CONSTRAINT video_retention_cell  CHECK (cell >= 0 AND plays > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

ALTER TABLE watch_day
  ADD KEY watch_day_of_video (video_id, user_id, day, raw_ms);

GRANT SELECT, INSERT, UPDATE, DELETE ON watch_history   TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE         ON video_retention TO 'ovs'@'localhost';
GRANT DELETE                         ON watch_node      TO 'ovs'@'localhost';
