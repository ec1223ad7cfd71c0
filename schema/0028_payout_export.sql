-- 0028 payout_export: a payout by bank transfer is `exported` while it is in a file for the bank, and `sent`
-- or `paid` only once the bank has booked it. Payouts that were sent before stay sent.

ALTER TABLE payout
  DROP CONSTRAINT payout_state,
  ADD CONSTRAINT payout_state CHECK (state IN ('reserved', 'exported', 'sending', 'unknown', 'sent', 'paid', 'failed', 'returned')),
  MODIFY state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'see lib/app/payout/payout.h';

-- By hand nothing was ever on its way before it was sent.
UPDATE payout SET state = 'reserved', first_try_ms = 0, looked_ms = 0
 WHERE provider = 'manual' AND state IN ('sending', 'unknown');

-- Creators who did not fit into a month's run are paid by a further run of that month.
ALTER TABLE payout_run
  DROP KEY payout_run_month,
  ADD part         INT    NOT NULL DEFAULT 1 COMMENT 'of the month: 1, 2, ...',
  ADD left_out     INT    NOT NULL DEFAULT 0 COMMENT 'creators who were due and did not fit',
  ADD exports      INT    NOT NULL DEFAULT 0 COMMENT 'files written for the bank',
  ADD exported_ms  BIGINT NOT NULL DEFAULT 0 COMMENT 'when the latest of them was written',
  ADD pay_on_ms    BIGINT NOT NULL DEFAULT 0 COMMENT 'the day on which it asks the bank to pay',
  ADD cancelled_ms BIGINT NOT NULL DEFAULT 0,
  ADD CONSTRAINT payout_run_part UNIQUE (month, part);
