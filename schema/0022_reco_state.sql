-- 0022 reco_state: what is in reco_run.state.

ALTER TABLE reco_run MODIFY state VARCHAR(400) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
  COMMENT 'how much feedback was read, and a checksum; while it is the same, there is nothing new to learn';
