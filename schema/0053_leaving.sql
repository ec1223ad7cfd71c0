-- 0053 leaving: members who leave have time to change their mind; then what they are and made is erased.
-- lib/app/leaving/departure.h.

ALTER TABLE user
  ADD leaves_ms  BIGINT       NOT NULL DEFAULT 0 COMMENT 'when the account is erased, or was; 0: it stays' AFTER closed_ms;
-- Banned, or about to leave: no channel, no videos, no lists for others.
ALTER TABLE user
  ADD hidden     TINYINT      AS (IF(blocked <> 0 OR leaves_ms > 0, 1, 0)) VIRTUAL,
  ADD KEY user_of_role (role, id);

CREATE TABLE departure (
  user_id        BIGINT       NOT NULL PRIMARY KEY,
  earnings       VARCHAR(8)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'pay: paid out as they become payable; give: they go to the other creators',
  asked_ms       BIGINT       NOT NULL,
  due_ms         BIGINT       NOT NULL COMMENT 'until then it can be taken back',
  erased_ms      BIGINT       NOT NULL DEFAULT 0 COMMENT 'when nothing but records of money was left; 0: not yet',
  gifts          INT          NOT NULL DEFAULT 0 COMMENT 'postings by which earnings were given up',
  settled_ms     BIGINT       NOT NULL DEFAULT 0 COMMENT 'when nothing was owed any more, and the payout account went; 0: not yet',
  CONSTRAINT departure_user     FOREIGN KEY (user_id) REFERENCES user (id),
  CONSTRAINT departure_earnings CHECK (earnings IN ('pay', 'give')),
  KEY departure_due (erased_ms, due_ms),
  KEY departure_owing (settled_ms, user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

-- Addresses of members who were banned or suspended when they left, as keyed hashes.
CREATE TABLE barred_email (
  email_hash     CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  until_ms       BIGINT       NOT NULL COMMENT 'a suspension ends then; a ban lasts as long as numbers do'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;

GRANT SELECT, INSERT, UPDATE, DELETE ON departure    TO 'ovs'@'localhost';
GRANT SELECT                         ON departure    TO 'ovs_read'@'localhost';
GRANT SELECT, UPDATE                 ON departure    TO 'ovs_money'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON barred_email TO 'ovs'@'localhost';
-- What is owed to somebody who leaves.
GRANT SELECT ON ledger_account TO 'ovs'@'localhost';
GRANT SELECT ON ledger_balance TO 'ovs'@'localhost';
GRANT SELECT (user_id, provider, state, holder, iban_end, vat_id, pay_below, created_ms, updated_ms,
  account_ms) ON payee TO 'ovs'@'localhost';
