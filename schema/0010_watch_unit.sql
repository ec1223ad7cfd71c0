-- 0010 watch: credit by paid month, and what the same records tell members and creators.

-- Time is credited to the unit in whose period it was watched; unit 0: nothing was paid for it.
INSERT IGNORE INTO watch_dirty (user_id, day) SELECT DISTINCT user_id, day FROM watch_day;
DELETE FROM watch_day;
ALTER TABLE watch_day
  ADD unit_id    BIGINT       NOT NULL DEFAULT 0 AFTER creator_id,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (user_id, day, video_id, unit_id),
  ADD CONSTRAINT watch_day_paid CHECK (unit_id > 0 OR credited_ms = 0),
  ADD KEY watch_day_of_unit (unit_id, creator_id);
