-- 0050 ending: members are told once of each end of their paid time. lib/app/income/ending.h.

ALTER TABLE subscription
  ADD told_ahead_ms BIGINT NOT NULL DEFAULT 0 COMMENT 'the end of the paid time that the member was told of before it came',
  ADD told_ended_ms BIGINT NOT NULL DEFAULT 0 COMMENT 'the end that the member was told of after it',
  ADD KEY subscription_by_end (paid_until_ms);

-- What ended before there were notices is no news.
UPDATE subscription SET told_ended_ms = paid_until_ms
  WHERE GREATEST(paid_until_ms, grace_until_ms) < UNIX_TIMESTAMP() * 1000;
