-- 0077 member groups: operators list members who are restricted, closed or staff.
-- Forward only: a mistake is repaired by the next number, never here. Applied by jobs/migrate.

ALTER TABLE user
  ADD KEY user_blocked (blocked),
  ADD KEY user_suspended (suspended_until_ms),
  ADD KEY user_closed (closed_ms),
  ADD KEY user_role_of (role);
