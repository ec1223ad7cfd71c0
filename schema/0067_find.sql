-- 0067 find: operators find members by the beginning of a name, and videos by that of a title.
-- Forward only: a mistake is repaired by the next number, never here. Applied by jobs/migrate.

ALTER TABLE user ADD KEY user_name (display_name);
ALTER TABLE video ADD KEY video_title (title);
