-- 0032 media_opened: to which member the media of a video were handed out, for refunds on request.

CREATE TABLE media_opened (
  user_id        BIGINT       NOT NULL,
  day            INT          NOT NULL COMMENT 'days since 1970',
  video_id       BIGINT       NOT NULL,
  length_ms      BIGINT       NOT NULL COMMENT 'of the video',
  at_ms          BIGINT       NOT NULL COMMENT 'the first time on that day',
  PRIMARY KEY (user_id, day, video_id),
  KEY media_opened_old (day)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- The audit looks for overlaps in what is new.
ALTER TABLE paid_span ADD KEY paid_span_by_end (ends_ms);

-- Refunds that a member asked for before this was noted.
UPDATE reversal SET by_member = 1 WHERE kind = 'refund' AND reason = 'requested by the member';

GRANT SELECT, INSERT, DELETE ON media_opened TO 'ovs'@'localhost';
GRANT SELECT ON media_opened TO 'ovs_money'@'localhost';
