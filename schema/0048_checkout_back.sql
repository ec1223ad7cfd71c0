-- 0048 checkout_back: where a member who paid goes on, a path of the site.

ALTER TABLE checkout ADD COLUMN back VARCHAR(1024) CHARACTER SET ascii NOT NULL DEFAULT '';
