-- 0037 ledger speed: fewer and better indexes where settling writes and reads most.

-- One index a side serves the foreign key, the sums of an account and its history.
ALTER TABLE ledger_leg
  ADD KEY ledger_leg_by_debit (debit_id, currency, tx_id),
  ADD KEY ledger_leg_by_credit (credit_id, currency, tx_id),
  DROP KEY ledger_leg_of_debit,
  DROP KEY ledger_leg_of_credit;

-- What a unit's creators were watched for is read from the index alone.
ALTER TABLE watch_day
  ADD KEY watch_day_for_unit (unit_id, creator_id, video_id, credited_ms),
  DROP KEY watch_day_of_unit;
