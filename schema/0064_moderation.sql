-- 0064 moderation: reports, the cases that they make, decisions with their reasons, and appeals.
-- lib/app/moderation.

-- What reports about the same thing are about. One case of a thing is open at a time.
CREATE TABLE report_case (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subject        VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject_id     BIGINT       NOT NULL COMMENT 'row of video, comment or user',
  owner_id       BIGINT       NOT NULL COMMENT 'whose it is',
  name           VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in addresses: public id, number or handle',
  title          VARCHAR(200) NOT NULL COMMENT 'when the case was opened',
  snapshot       TEXT         NOT NULL COMMENT 'its text when the case was opened',
  kind           VARCHAR(12)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the first report, or of an urgent one',
  urgent         TINYINT      NOT NULL DEFAULT 0,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open',
  open_about     VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'SUBJECT:ID while it is open',
  reports        INT          NOT NULL DEFAULT 0,
  appeals        INT          NOT NULL DEFAULT 0 COMMENT 'that wait',
  opened_ms      BIGINT       NOT NULL,
  reported_ms    BIGINT       NOT NULL DEFAULT 0 COMMENT 'latest report',
  taken_by       BIGINT       NULL,
  taken_ms       BIGINT       NOT NULL DEFAULT 0,
  frozen_ms      BIGINT       NOT NULL DEFAULT 0 COMMENT 'when earnings were frozen; 0: they were not',
  frozen_to_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT 'end of the span of which they are; 0: without end',
  decided_ms     BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT report_case_open    UNIQUE (open_about),
  CONSTRAINT report_case_owner   FOREIGN KEY (owner_id) REFERENCES user (id),
  CONSTRAINT report_case_taker   FOREIGN KEY (taken_by) REFERENCES user (id),
  CONSTRAINT report_case_subject CHECK (subject IN ('video', 'comment', 'channel')),
  CONSTRAINT report_case_kind    CHECK (kind IN ('spam', 'misleading', 'violence', 'nudity', 'harassment', 'other', 'child-abuse', 'terror', 'hate', 'fraud', 'illegal', 'copyright', 'privacy', 'check')),
  CONSTRAINT report_case_state   CHECK (state IN ('open', 'decided')),
  KEY report_case_list (state, id),
  KEY report_case_of_kind (state, kind, id),
  KEY report_case_urgent (state, urgent, id),
  KEY report_case_taken (state, taken_by, id),
  KEY report_case_appealed (appeals, id),
  KEY report_case_of_owner (owner_id, id),
  KEY report_case_about (subject, subject_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE decision (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  case_id        BIGINT       NOT NULL,
  owner_id       BIGINT       NOT NULL,
  content        VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what is done to the content',
  content_was    VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what had been done to it before',
  member         VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what is done to the member',
  until_ms       BIGINT       NOT NULL DEFAULT 0 COMMENT 'end of a suspension',
  until_was_ms   BIGINT       NOT NULL DEFAULT 0 COMMENT 'end of the suspension before',
  money          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what becomes of earnings that are frozen',
  ground         VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ground_text    VARCHAR(500) NOT NULL COMMENT 'which law or rule',
  facts          TEXT         NOT NULL,
  noticed        TINYINT      NOT NULL COMMENT 'because of a report',
  by_id          BIGINT       NOT NULL,
  made_ms        BIGINT       NOT NULL,
  overturned_ms  BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT decision_case        FOREIGN KEY (case_id) REFERENCES report_case (id),
  CONSTRAINT decision_owner       FOREIGN KEY (owner_id) REFERENCES user (id),
  CONSTRAINT decision_by          FOREIGN KEY (by_id) REFERENCES user (id),
  CONSTRAINT decision_content     CHECK (content IN ('none', 'hide', 'limit', 'remove')),
  CONSTRAINT decision_content_was CHECK (content_was IN ('none', 'hide', 'limit', 'remove')),
  CONSTRAINT decision_member      CHECK (member IN ('none', 'warn', 'suspend', 'ban')),
  CONSTRAINT decision_money       CHECK (money IN ('none', 'creator', 'pool')),
  CONSTRAINT decision_ground      CHECK (ground IN ('none', 'law', 'rules')),
  KEY decision_of_case (case_id, id),
  KEY decision_of_owner (owner_id, id),
  KEY decision_by_time (made_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

CREATE TABLE report (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  pass           CHAR(22)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'opens its page without an account',
  case_id        BIGINT       NOT NULL,
  kind           VARCHAR(12)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reporter_id    BIGINT       NULL COMMENT 'NULL: without an account, or found by the site itself',
  name           VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'of a reporter without an account; emptied when it is no longer needed',
  email          VARCHAR(254) NOT NULL DEFAULT '' COMMENT 'likewise',
  explanation    TEXT         NOT NULL,
  location       VARCHAR(500) NOT NULL DEFAULT '',
  place_s        INT          NOT NULL DEFAULT 0 COMMENT 'second of the video',
  holder         VARCHAR(200) NOT NULL DEFAULT '' COMMENT 'of a copyright notice: whose right it is',
  work           TEXT         NOT NULL COMMENT 'of a copyright notice: which work',
  sworn          TINYINT      NOT NULL DEFAULT 0 COMMENT 'the statement was made',
  snapshot       TEXT         NULL COMMENT 'text of the content, where it differs from that of the case',
  same           CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'equal for the same report from the same person',
  made_ms        BIGINT       NOT NULL,
  state          VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open',
  decision_id    BIGINT       NULL,
  decided_ms     BIGINT       NOT NULL DEFAULT 0,
  told_ms        BIGINT       NOT NULL DEFAULT 0 COMMENT 'when the reporter was told of the decision',
  CONSTRAINT report_once     UNIQUE (case_id, same),
  CONSTRAINT report_of       FOREIGN KEY (case_id) REFERENCES report_case (id),
  CONSTRAINT report_reporter FOREIGN KEY (reporter_id) REFERENCES user (id),
  CONSTRAINT report_decision FOREIGN KEY (decision_id) REFERENCES decision (id),
  CONSTRAINT report_kind     CHECK (kind IN ('spam', 'misleading', 'violence', 'nudity', 'harassment', 'other', 'child-abuse', 'terror', 'hate', 'fraud', 'illegal', 'copyright', 'privacy', 'check')),
  CONSTRAINT report_state    CHECK (state IN ('open', 'right', 'refused')),
  KEY report_of_case (case_id, id),
  KEY report_of_reporter (reporter_id, state),
  KEY report_of_address (email, state),
  KEY report_by_time (made_ms),
  KEY report_by_decision (decided_ms),
  KEY report_untold (told_ms, state)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- By the creator, by a reporter, or a creator's counter-notice to a copyright notice.
CREATE TABLE appeal (
  id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
  decision_id    BIGINT       NOT NULL,
  case_id        BIGINT       NOT NULL,
  side           VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  report_id      BIGINT       NOT NULL DEFAULT 0 COMMENT 'of a reporter; 0: the creator',
  text           TEXT         NOT NULL,
  name           VARCHAR(100) NOT NULL DEFAULT '' COMMENT 'of a counter-notice: who makes it',
  address        VARCHAR(500) NOT NULL DEFAULT '' COMMENT 'of a counter-notice: where to serve papers',
  due_ms         BIGINT       NOT NULL DEFAULT 0 COMMENT 'of a counter-notice: when the content comes back',
  made_ms        BIGINT       NOT NULL,
  state          VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'open',
  by_id          BIGINT       NULL COMMENT 'who decided; NULL: nobody yet, or the time of a counter-notice has passed',
  reasons        TEXT         NULL,
  decided_ms     BIGINT       NOT NULL DEFAULT 0,
  CONSTRAINT appeal_once     UNIQUE (decision_id, side, report_id),
  CONSTRAINT appeal_decision FOREIGN KEY (decision_id) REFERENCES decision (id),
  CONSTRAINT appeal_case     FOREIGN KEY (case_id) REFERENCES report_case (id),
  CONSTRAINT appeal_by       FOREIGN KEY (by_id) REFERENCES user (id),
  CONSTRAINT appeal_side     CHECK (side IN ('creator', 'reporter', 'counter')),
  CONSTRAINT appeal_state    CHECK (state IN ('open', 'upheld', 'overturned')),
  KEY appeal_of_case (case_id, id),
  KEY appeal_due (state, due_ms),
  KEY appeal_by_time (made_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE ON report_case TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON report      TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON decision    TO 'ovs'@'localhost';
GRANT SELECT, INSERT, UPDATE ON appeal      TO 'ovs'@'localhost';
GRANT SELECT ON report_case TO 'ovs_read'@'localhost';
GRANT SELECT ON report      TO 'ovs_read'@'localhost';
GRANT SELECT ON decision    TO 'ovs_read'@'localhost';
GRANT SELECT ON appeal      TO 'ovs_read'@'localhost';
