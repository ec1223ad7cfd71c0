-- 0036 receipt_day: the audit reads the receipts that are new.

ALTER TABLE receipt ADD KEY receipt_by_day (issued_ms);
