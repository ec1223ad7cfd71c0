-- 0063 erase: what is deleted of a member who has left. lib/app/leaving/erase.h.

ALTER TABLE view_day ADD KEY view_day_of_user (user_id);

GRANT DELETE ON payee        TO 'ovs_money'@'localhost';
GRANT DELETE ON payee_change TO 'ovs_money'@'localhost';
