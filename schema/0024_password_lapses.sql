-- 0024 password_lapses: a password that an operator's command made up is good for some days, unless
-- its owner changes it.

ALTER TABLE credential
  ADD COLUMN lapses_ms BIGINT NOT NULL DEFAULT 0 COMMENT '0: never, its owner chose it';
