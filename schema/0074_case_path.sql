-- 0074 case path: where what was reported can be seen; that of a comment cannot be told from its number.

ALTER TABLE report_case ADD path VARCHAR(200) NOT NULL DEFAULT '' AFTER title;
UPDATE report_case SET path = CONCAT(IF(subject = 'video', '/watch/', '/channel/'), name) WHERE subject <> 'comment';
