-- 0060 digest: how far each week's mails about followed creators have got. lib/app/people/digest.h.

CREATE TABLE digest (
  week      BIGINT NOT NULL PRIMARY KEY COMMENT 'its Monday, in days since 1970 (UTC)',
  told_id   BIGINT NOT NULL DEFAULT 0 COMMENT 'members up to this id have theirs',
  ended_ms  BIGINT NOT NULL DEFAULT 0 COMMENT 'when the last one had; 0: not yet'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON digest TO 'ovs'@'localhost';
