-- 0054 states: what moderation does to a video and to a member. A video that is hidden, limited or
-- removed keeps the state that it has without that; a suspended member is restricted until a time.

ALTER TABLE video DROP CONSTRAINT video_state;
ALTER TABLE video ADD free_state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'of one that is held: the state that it has once it is released' AFTER state;
UPDATE video v LEFT JOIN transcode_job j ON j.video_id = v.id SET v.free_state = CASE WHEN v.published_ms > 0
  THEN 'ready' WHEN j.state = 'failed' THEN 'failed' ELSE 'processing' END WHERE v.state = 'blocked';
UPDATE video SET state = 'limited' WHERE state = 'blocked';
ALTER TABLE video
  ADD CONSTRAINT video_state CHECK (state IN ('processing', 'ready', 'failed', 'review', 'hidden', 'limited', 'removed', 'deleted')),
  ADD CONSTRAINT video_free  CHECK (free_state REGEXP '^(processing|ready|failed|review)$'),
  ADD CONSTRAINT video_held  CHECK (state REGEXP '^(processing|ready|failed|review|deleted)$' OR free_state IS NOT NULL);

-- `blocked` is a ban.
ALTER TABLE user ADD suspended_until_ms BIGINT NOT NULL DEFAULT 0 COMMENT 'restricted until then; 0: never was' AFTER blocked;
