-- 0035 payee_change: where a creator is paid was changed. Shown to them, since a thief of a login would
-- change it, and there is no mail to tell them with.

CREATE TABLE payee_change (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  user_id        BIGINT       NOT NULL,
  at_ms          BIGINT       NOT NULL,
  network        VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'it came from',
  old_end        VARCHAR(4)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'of the IBAN before; empty: there was none',
  new_end        VARCHAR(4)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  CONSTRAINT payee_change_user FOREIGN KEY (user_id) REFERENCES user (id),
  KEY payee_change_of_user (user_id, at_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT ON payee_change TO 'ovs_money'@'localhost';
GRANT SELECT         ON payee_change TO 'ovs'@'localhost';
GRANT SELECT         ON payee_change TO 'ovs_read'@'localhost';
