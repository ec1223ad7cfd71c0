-- 0008 month: closed months. Statement months are UTC months in which units were settled.

CREATE TABLE month_close (
  month          INT          NOT NULL PRIMARY KEY COMMENT 'YYYYMM',
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  units          INT          NOT NULL COMMENT 'settled in it',
  earned_minor   BIGINT       NOT NULL COMMENT 'by creators from units of the rule user, before the uplift',
  idle_in_minor  BIGINT       NOT NULL COMMENT 'carried over from the month before and idle in this one; below 0: refunds took back more than there was',
  uplift_minor   BIGINT       NOT NULL,
  pool_minor     BIGINT       NOT NULL COMMENT 'to divide under the rule scaled; with what the uplift left of the idle money',
  scaled_minor   BIGINT       NOT NULL COMMENT 'divided under it',
  idle_out_minor BIGINT       NOT NULL COMMENT 'carried into the next',
  closed_ms      BIGINT       NOT NULL,
  posted_ms      BIGINT       NOT NULL DEFAULT 0 COMMENT 'when all of it stood in the ledger',
  matured_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT 'when the uplift became payable'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Idle money that raised a creator's earnings of a month.
CREATE TABLE month_uplift (
  month          INT          NOT NULL,
  creator_id     BIGINT       NOT NULL,
  earned_minor   BIGINT       NOT NULL COMMENT 'from units of the rule user settled in the month',
  amount_minor   BIGINT       NOT NULL,
  reversed_minor BIGINT       NOT NULL DEFAULT 0,
  PRIMARY KEY (month, creator_id),
  KEY month_uplift_of_creator (creator_id, month),
  CONSTRAINT month_uplift_month  FOREIGN KEY (month) REFERENCES month_close (month),
  CONSTRAINT month_uplift_amount CHECK (earned_minor >= 0 AND amount_minor >= 0 AND reversed_minor BETWEEN 0 AND amount_minor)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON month_close  TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON month_uplift TO 'ovs_money'@'localhost';
GRANT SELECT ON video TO 'ovs_money'@'localhost';
