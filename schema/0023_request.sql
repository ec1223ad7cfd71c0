-- 0023 request: which request caused the work that a job does later, for the logs.

ALTER TABLE transcode_job
  ADD request_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'that completed the upload';
ALTER TABLE checkout
  ADD request_id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'that opened it';
