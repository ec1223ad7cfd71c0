-- 0066 video_told: which followers have been told of a new video. lib/app/people/tell.h.

CREATE TABLE video_told (
  video_id       BIGINT       NOT NULL PRIMARY KEY,
  told_id        BIGINT       NOT NULL COMMENT 'followers up to this id have been',
  done_ms        BIGINT       NOT NULL DEFAULT 0 COMMENT 'all have been; 0: not yet',
  CONSTRAINT video_told_of FOREIGN KEY (video_id) REFERENCES video (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON video_told TO 'ovs'@'localhost';
