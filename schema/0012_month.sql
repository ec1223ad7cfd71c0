-- 0012 month: where idle money went, and shares that are settled anew.

ALTER TABLE month_close
  ADD platform_minor BIGINT NOT NULL DEFAULT 0 COMMENT 'of the idle money, by the policy idle = platform' AFTER uplift_minor;

-- A month given back altogether and then not after all is divided again.
GRANT DELETE ON unit_share TO 'ovs_money'@'localhost';
