-- 0025 paid_span: which paid time is whose. Access, paid months and what watched time counts for
-- all follow from it.

-- A unit is a calendar month, or as long as it was when it was interrupted or cut.
ALTER TABLE unit
  ADD length_ms  BIGINT       NOT NULL DEFAULT 0 COMMENT '0: a calendar month; else it was interrupted or cut, and is this long';

-- Disjoint for each member; those that are not over follow each other without a gap. The spans of a
-- unit that is neither given back nor frozen add up to its length; unit.starts_ms and ends_ms are the
-- beginning of the first and the end of the last one.
CREATE TABLE paid_span (
  user_id        BIGINT       NOT NULL,
  starts_ms      BIGINT       NOT NULL,
  ends_ms        BIGINT       NOT NULL,
  unit_id        BIGINT       NOT NULL,
  anchor_ms      BIGINT       NOT NULL COMMENT 'months are counted from here',
  fixed          TINYINT      NOT NULL DEFAULT 0 COMMENT '1: unit.length_ms > 0; months after it are counted from its end',
  PRIMARY KEY (user_id, starts_ms),
  KEY paid_span_of_unit (unit_id),
  CONSTRAINT paid_span_unit   FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT paid_span_time   CHECK (ends_ms > starts_ms),
  CONSTRAINT paid_span_anchor CHECK (anchor_ms <= starts_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a unit had given when it was given back in full; it counts again if that is undone.
CREATE TABLE paid_span_gone (
  unit_id        BIGINT       NOT NULL,
  starts_ms      BIGINT       NOT NULL,
  ends_ms        BIGINT       NOT NULL,
  anchor_ms      BIGINT       NOT NULL,
  PRIMARY KEY (unit_id, starts_ms),
  CONSTRAINT paid_span_gone_unit FOREIGN KEY (unit_id) REFERENCES unit (id),
  CONSTRAINT paid_span_gone_time CHECK (ends_ms > starts_ms)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- What a refund does to access: the last months end first, nothing changes, or it ends at until_ms.
ALTER TABLE reversal
  ADD access     VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'from_end' COMMENT 'from_end, keep, until',
  ADD until_ms   BIGINT       NOT NULL DEFAULT 0,
  ADD by_member  TINYINT      NOT NULL DEFAULT 0 COMMENT '1: the member asked for it; not every year again',
  ADD CONSTRAINT reversal_access CHECK (access IN ('from_end', 'keep', 'until')),
  ADD CONSTRAINT reversal_until  CHECK ((access = 'until') = (until_ms > 0));
ALTER TABLE reversal_unit
  DROP CONSTRAINT reversal_unit_amount;
ALTER TABLE reversal_unit
  ADD cut_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT 'of the month''s time, that it took',
  ADD CONSTRAINT reversal_unit_part CHECK (amount_minor >= 0 AND cut_ms >= 0 AND amount_minor + cut_ms > 0);

-- Sites that exist. A disputed payment no longer stops the time of others.
ALTER TABLE subscription
  DROP CONSTRAINT subscription_dispute,
  DROP CONSTRAINT subscription_run;
ALTER TABLE subscription
  RENAME COLUMN suspended TO disputed;
ALTER TABLE subscription
  ADD CONSTRAINT subscription_dispute CHECK (disputed >= 0);

-- Days whose units change below are counted again.
INSERT IGNORE INTO watch_dirty (user_id, day)
  SELECT DISTINCT w.user_id, w.day FROM watch_day w JOIN (SELECT user_id, MIN(starts_ms) AS from_ms
    FROM unit WHERE settled_ms = 0 GROUP BY user_id
    HAVING SUM((gross_minor > 0 AND refunded_minor = gross_minor) OR frozen > 0) > 0) x
  ON x.user_id = w.user_id AND w.day >= x.from_ms DIV 86400000;

-- The units that have time: `goes_on` are not over. A run of months that is as it should be stays as
-- it is; else (a payment in it was given back or is disputed) its months are laid out one after the
-- other: from the beginning of the first one, or from now.
CREATE TABLE paid_span_old AS
  SELECT u.*, s.anchor_ms, s.paid_until_ms, n.now_ms, u.ends_ms > n.now_ms AS goes_on,
    ROW_NUMBER() OVER (PARTITION BY u.user_id, u.ends_ms > n.now_ms, u.frozen > 0
      ORDER BY u.starts_ms, u.id) AS k,
    COALESCE(MAX(LEAST(u.ends_ms, n.now_ms)) OVER (PARTITION BY u.user_id ORDER BY u.starts_ms, u.id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS taken_ms,
    COALESCE(LAG(u.ends_ms) OVER (PARTITION BY u.user_id, u.ends_ms > n.now_ms
      ORDER BY u.starts_ms, u.id), u.starts_ms) AS before_ms
  FROM (SELECT id, user_id, starts_ms, ends_ms, frozen FROM unit
    WHERE gross_minor = 0 OR refunded_minor < gross_minor OR settled_ms > 0) u
  JOIN subscription s ON s.user_id = u.user_id
  JOIN (SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now_ms) n;
CREATE TABLE paid_span_run AS
  SELECT user_id, MIN(before_ms = starts_ms AND frozen = 0) AND MIN(starts_ms) <= MIN(now_ms)
      AND MAX(ends_ms) = MIN(paid_until_ms) AS as_it_should,
    GREATEST(IF(COALESCE(MIN(IF(frozen = 0, starts_ms, NULL)), MIN(now_ms) + 1) > MIN(now_ms),
      MIN(now_ms), MIN(IF(frozen = 0, starts_ms, NULL))), MAX(IF(frozen > 0, 0, IF(k = 1, taken_ms, 0))))
      AS begins_ms
  FROM paid_span_old WHERE goes_on = 1 GROUP BY user_id;

-- What is over or disputed, without overlaps.
INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)
  SELECT user_id, GREATEST(starts_ms, taken_ms), LEAST(ends_ms, now_ms), id,
    IF(taken_ms <= starts_ms AND anchor_ms <= starts_ms, anchor_ms, GREATEST(starts_ms, taken_ms))
  FROM paid_span_old WHERE (goes_on = 0 OR frozen > 0)
    AND GREATEST(starts_ms, taken_ms) < LEAST(ends_ms, now_ms);
UPDATE unit u JOIN paid_span_old o ON o.id = u.id
  SET u.length_ms = IF(o.goes_on = 1, o.ends_ms - o.starts_ms,
    o.ends_ms - GREATEST(o.starts_ms, o.taken_ms))
  WHERE (o.goes_on = 1 AND o.frozen > 0 AND o.starts_ms < o.now_ms)
    OR (o.goes_on = 0 AND o.taken_ms > o.starts_ms AND o.taken_ms < o.ends_ms);

-- What goes on.
INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)
  SELECT o.user_id, o.starts_ms, o.ends_ms, o.id, IF(o.anchor_ms <= o.starts_ms, o.anchor_ms, o.starts_ms)
  FROM paid_span_old o JOIN paid_span_run r ON r.user_id = o.user_id AND r.as_it_should = 1
  WHERE o.goes_on = 1 AND o.frozen = 0;
INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms)
  SELECT user_id, TIMESTAMPDIFF(MICROSECOND, '1970-01-01', begins + INTERVAL k - 1 MONTH) DIV 1000,
    TIMESTAMPDIFF(MICROSECOND, '1970-01-01', begins + INTERVAL k MONTH) DIV 1000, id, begins_ms
  FROM (SELECT o.user_id, o.id, o.k, r.begins_ms,
      CAST('1970-01-01' AS DATETIME(3)) + INTERVAL r.begins_ms * 1000 MICROSECOND AS begins
    FROM paid_span_old o JOIN paid_span_run r ON r.user_id = o.user_id AND r.as_it_should = 0
    WHERE o.goes_on = 1 AND o.frozen = 0) x;

-- A span that is no calendar month from its anchor has its own length, and its own anchor.
UPDATE paid_span p JOIN unit u ON u.id = p.unit_id
  JOIN (SELECT user_id, starts_ms, CAST('1970-01-01' AS DATETIME(3)) + INTERVAL anchor_ms * 1000 MICROSECOND AS anchor,
      CAST('1970-01-01' AS DATETIME(3)) + INTERVAL starts_ms * 1000 MICROSECOND AS starts,
      CAST('1970-01-01' AS DATETIME(3)) + INTERVAL ends_ms * 1000 MICROSECOND AS ends FROM paid_span) d
  ON d.user_id = p.user_id AND d.starts_ms = p.starts_ms
  SET p.anchor_ms = p.starts_ms, u.length_ms = IF(u.length_ms > 0, u.length_ms, p.ends_ms - p.starts_ms)
  WHERE anchor + INTERVAL PERIOD_DIFF(EXTRACT(YEAR_MONTH FROM starts), EXTRACT(YEAR_MONTH FROM anchor)) MONTH <> starts
    OR anchor + INTERVAL PERIOD_DIFF(EXTRACT(YEAR_MONTH FROM ends), EXTRACT(YEAR_MONTH FROM anchor)) MONTH <> ends;

UPDATE paid_span p JOIN unit u ON u.id = p.unit_id SET p.fixed = u.length_ms > 0;

-- What was given back had been used until it was over, or until now.
INSERT INTO paid_span_gone (unit_id, starts_ms, ends_ms, anchor_ms)
  SELECT id, starts_ms, LEAST(ends_ms, now_ms), starts_ms FROM unit
  JOIN (SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now_ms) n
  WHERE gross_minor > 0 AND refunded_minor = gross_minor AND settled_ms = 0 AND starts_ms < now_ms;
UPDATE unit u JOIN paid_span_gone g ON g.unit_id = u.id SET u.length_ms = u.ends_ms - u.starts_ms;

UPDATE unit u JOIN (SELECT unit_id, MIN(starts_ms) AS starts_ms, MAX(ends_ms) AS ends_ms
    FROM paid_span GROUP BY unit_id) p ON p.unit_id = u.id
  SET u.starts_ms = p.starts_ms, u.ends_ms = p.ends_ms;
-- Where the end was taken (its payment is disputed), no grace follows.
UPDATE subscription s JOIN (SELECT u.user_id, COALESCE(MAX(p.ends_ms), 0) AS until_ms FROM unit u
    LEFT JOIN paid_span p ON p.unit_id = u.id GROUP BY u.user_id) x ON x.user_id = s.user_id
  SET s.grace_until_ms = x.until_ms
      + IF(x.until_ms < s.paid_until_ms, 0, GREATEST(s.grace_until_ms - s.paid_until_ms, 0)),
    s.paid_until_ms = x.until_ms
  WHERE s.paid_until_ms <> x.until_ms;

DROP TABLE paid_span_old;
DROP TABLE paid_span_run;
ALTER TABLE subscription
  DROP COLUMN anchor_ms,
  DROP COLUMN months;

GRANT SELECT, INSERT, DELETE ON paid_span      TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, DELETE ON paid_span_gone TO 'ovs_money'@'localhost';
GRANT SELECT ON paid_span TO 'ovs'@'localhost';
GRANT SELECT ON paid_span TO 'ovs_read'@'localhost';
