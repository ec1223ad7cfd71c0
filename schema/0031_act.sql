-- 0031 act: what operators did about money and members: who asked for it, why, who agreed, what came
-- of it. lib/app/acts/act.h.

CREATE TABLE act (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  once           VARCHAR(100)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the intent: asked for again it is this act',
  kind           VARCHAR(24)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  fields         VARCHAR(4000) NOT NULL COMMENT 'what was typed: name=value, one a line',
  what           VARCHAR(500) NOT NULL COMMENT 'in words, as it was when it was asked for',
  reason         VARCHAR(500) NOT NULL,
  member_id      BIGINT       NULL COMMENT 'whom it is about',
  asked_by       BIGINT       NULL COMMENT 'NULL: the command line did not say whose account',
  asked_shell    VARCHAR(64)  NOT NULL DEFAULT '' COMMENT 'user of the command line; empty: on a page',
  asked_ms       BIGINT       NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ended_by       BIGINT       NULL COMMENT 'who approved or refused it; without four eyes who asked',
  ended_shell    VARCHAR(64)  NOT NULL DEFAULT '',
  ended_ms       BIGINT       NOT NULL DEFAULT 0,
  posting        VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '' COMMENT 'ikey of the first posting that it made',
  result         VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'what came of it, or why it was refused',
  CONSTRAINT act_once   UNIQUE (once),
  CONSTRAINT act_member FOREIGN KEY (member_id) REFERENCES user (id),
  CONSTRAINT act_asker  FOREIGN KEY (asked_by) REFERENCES user (id),
  CONSTRAINT act_ender  FOREIGN KEY (ended_by) REFERENCES user (id),
  CONSTRAINT act_state  CHECK (state IN ('waiting', 'doing', 'done', 'failed', 'refused', 'expired')),
  KEY act_by_state (state, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What was asked for, by whom and why is never changed; `once` only gets an ending when it was not done.
GRANT SELECT, INSERT ON act TO 'ovs_money'@'localhost';
GRANT UPDATE (once, state, ended_by, ended_shell, ended_ms, posting, result) ON act TO 'ovs_money'@'localhost';
