-- 0017 ledger legs: each leg says of how many it is one, and a foreign key keeps that true. So a leg
-- beyond the announced number is refused by a CHECK; the trigger that looked it up for every leg cost
-- more than the leg.

DROP TRIGGER ledger_leg_full;
DROP TRIGGER ledger_leg_keep;
ALTER TABLE ledger_leg ADD legs INT NOT NULL DEFAULT 0 COMMENT 'of the transaction' AFTER tx_id;
UPDATE ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id SET l.legs = t.legs;
ALTER TABLE ledger_tx ADD CONSTRAINT ledger_tx_announced UNIQUE (id, legs);
ALTER TABLE ledger_leg DROP FOREIGN KEY ledger_leg_tx;
ALTER TABLE ledger_leg
  ALTER legs DROP DEFAULT,
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (tx_id, legs, line),
  ADD CONSTRAINT ledger_leg_tx   FOREIGN KEY (tx_id, legs) REFERENCES ledger_tx (id, legs),
  ADD CONSTRAINT ledger_leg_full CHECK (line <= legs);
CREATE TRIGGER ledger_leg_keep BEFORE UPDATE ON ledger_leg FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: post a reversal';
