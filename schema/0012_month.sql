-- 0012 month: where idle money went.

ALTER TABLE month_close
  ADD platform_minor BIGINT NOT NULL DEFAULT 0 COMMENT 'of the idle money, by the policy idle = platform' AFTER uplift_minor;
