-- 0042 proved: when the member last showed, in this login, that it is them: by logging in, or by being
-- asked again before something that a stolen login must not do.

ALTER TABLE session
  ADD COLUMN proved_ms BIGINT NOT NULL DEFAULT 0 COMMENT '0: the login is older than this column';
