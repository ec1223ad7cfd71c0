-- 0055 freeze: what a video or a creator earned by the watch time of a span is set aside until somebody
-- has decided. lib/app/money/freeze.h.

CREATE TABLE freeze (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  ikey           VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the report or decision that it belongs to',
  creator_id     BIGINT       NOT NULL,
  video_id       BIGINT       NOT NULL COMMENT '0: all videos of the creator',
  from_ms        BIGINT       NOT NULL COMMENT '0: since ever',
  to_ms          BIGINT       NOT NULL COMMENT '0: without end',
  why            VARCHAR(500) NOT NULL,
  state          VARCHAR(7)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'open; creator: theirs again; pool: taken away',
  put_ms         BIGINT       NOT NULL,
  decided_ms     BIGINT       NOT NULL DEFAULT 0,
  changes        BIGINT       NOT NULL DEFAULT 1,
  passed         BIGINT       NOT NULL DEFAULT 0 COMMENT 'the value of changes with which all months of the creator have been gone through',
  again_ms       BIGINT       NOT NULL DEFAULT 0 COMMENT 'they are gone through again at this time; 0: not',
  CONSTRAINT freeze_key     UNIQUE (ikey),
  CONSTRAINT freeze_creator FOREIGN KEY (creator_id) REFERENCES user (id),
  CONSTRAINT freeze_state   CHECK (state IN ('open', 'creator', 'pool')),
  CONSTRAINT freeze_span    CHECK (from_ms >= 0 AND (to_ms = 0 OR to_ms > from_ms)),
  CONSTRAINT freeze_passed  CHECK (passed BETWEEN 0 AND changes),
  CONSTRAINT freeze_decided CHECK ((state = 'open') = (decided_ms = 0)),
  KEY freeze_of_creator (creator_id, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- How much of it comes from which paid month, and where that is now.
CREATE TABLE freeze_part (
  freeze_id      BIGINT       NOT NULL,
  unit_id        BIGINT       NOT NULL,
  creator_id     BIGINT       NOT NULL,
  currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  n              BIGINT       NOT NULL COMMENT 'postings so far',
  minor          BIGINT       NOT NULL,
  pooled         TINYINT      NOT NULL COMMENT '0: on the creator''s frozen account; 1: on the idle account',
  matured        TINYINT      NOT NULL COMMENT '0: taken from what the creator has held; 1: from what is payable',
  PRIMARY KEY (freeze_id, unit_id),
  CONSTRAINT freeze_part_freeze FOREIGN KEY (freeze_id) REFERENCES freeze (id),
  CONSTRAINT freeze_part_unit   FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT freeze_part_minor  CHECK (minor >= 0 AND n > 0),
  KEY freeze_part_of_unit (unit_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON freeze      TO 'ovs'@'localhost';
GRANT SELECT                 ON freeze_part TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON freeze      TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE ON freeze_part TO 'ovs_money'@'localhost';
GRANT SELECT                 ON freeze      TO 'ovs_read'@'localhost';
GRANT SELECT                 ON freeze_part TO 'ovs_read'@'localhost';
