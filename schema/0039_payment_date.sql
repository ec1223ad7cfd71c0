-- 0039 payment_date: an operator corrects the day of a payment; the VAT report reads payments by day.

ALTER TABLE payment ADD KEY payment_by_day (paid_ms);

GRANT UPDATE (paid_ms) ON payment TO 'ovs_money'@'localhost';
