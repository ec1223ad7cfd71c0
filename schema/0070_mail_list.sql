-- 0070 mail_list: mails in one state, latest first, for operators. The key ends with the id by itself.

ALTER TABLE mail ADD KEY mail_of_state (state);
