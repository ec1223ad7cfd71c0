-- 0047 live_setting: settings and texts that operators change while the site runs, each from a date on.
-- lib/app/site/live.h.

CREATE TABLE live_setting (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name           VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value          MEDIUMTEXT   NULL COMMENT 'NULL: as in the config file, or no text',
  from_ms        BIGINT       NOT NULL COMMENT 'when it takes effect',
  why            VARCHAR(500) NOT NULL,
  made_by        BIGINT       NULL COMMENT 'NULL: the command line did not say whose account',
  made_shell     VARCHAR(64)  NOT NULL DEFAULT '' COMMENT 'user of the command line; empty: on a page',
  made_ms        BIGINT       NOT NULL,
  withdrawn_by   BIGINT       NULL,
  withdrawn_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT '0: it stands',
  tell           TINYINT      NOT NULL DEFAULT 0 COMMENT 'members are told in advance',
  told_id        BIGINT       NOT NULL DEFAULT 0 COMMENT 'the last member who was told',
  told_ms        BIGINT       NOT NULL DEFAULT 0 COMMENT 'when the last one was; 0: not all are',
  CONSTRAINT live_setting_maker     FOREIGN KEY (made_by) REFERENCES user (id),
  CONSTRAINT live_setting_withdrawer FOREIGN KEY (withdrawn_by) REFERENCES user (id),
  KEY live_setting_of_name (name, from_ms, id),
  KEY live_setting_untold (tell, told_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

INSERT INTO live_setting (name, value, from_ms, why, made_by, made_ms)
  SELECT s.name, s.value, s.changed_ms, 'Written before changes had a reason.', u.id, s.changed_ms
  FROM setting s LEFT JOIN user u ON u.id = s.changed_by WHERE s.name = 'terms';
DELETE FROM setting WHERE name = 'terms';

-- What was set, by whom and why is never changed; what was planned can be withdrawn.
GRANT SELECT, INSERT ON live_setting TO 'ovs'@'localhost';
GRANT UPDATE (withdrawn_by, withdrawn_ms, told_id, told_ms) ON live_setting TO 'ovs'@'localhost';
GRANT SELECT ON live_setting TO 'ovs_read'@'localhost';
GRANT SELECT ON live_setting TO 'ovs_money'@'localhost';
