# The operator's money: what came in, what went out and what is owed, the kill switch, holds, and
# the journal.

clock 2031-10-10T12:00Z
as mona
GET /admin/money
status 404
GET /admin/money/journal
status 404
set member mona role=1
GET /admin/money
status 404
GET /admin/money.csv
status 404
GET /admin
not href="/admin/money"
set member mona role=2
GET /admin
see href="/admin/money"

as nobody
GET /admin/money
status 303

# Empty.
as mona
GET /admin/money
status 200
see No money has moved yet.
see Nothing is owed to anybody.
see Nobody's payouts are on hold.
see Nothing has been paid out yet.
see No month has been paid yet.
see have not been audited yet
see 0.00 in our accounts = 0.00 owed + 0.00 our part − 0.00 lost
limit queries 13

# --- Four months of business: 9.99 in July with 1.67 tax and 0.40 fee, 2.00 refunded in August,
# 5.54 - 1.00 earned, of which 2.00 was paid out in October.
as cleo
GET /account
let CLEO = db SELECT id FROM user WHERE handle = 'cleo'
booked invoice:test:a at=2031-07-03
    asset:psp liab:deferred 832 unit=7
    asset:psp liab:vat 167
booked fee:test:a at=2031-07-03
    liab:deferred asset:psp 40 unit=7
booked settle:7:1 at=2031-08-03
    liab:deferred liab:creator:cleo:held 554 unit=7
    liab:deferred rev:platform 238 unit=7
booked refund:test:r at=2031-08-31T23:59:59Z
    liab:creator:cleo:held asset:psp 100 unit=7
    rev:platform asset:psp 60 unit=7
    exp:fees_lost asset:psp 40
booked mature:7 at=2031-09-01
    liab:creator:cleo:held liab:creator:cleo:payable 400 unit=7
booked payout:1:reserve kind=payout-reserve at=2031-10-05
    liab:creator:cleo:payable liab:creator:cleo:transit 300
booked payout:1:sent kind=payout-sent at=2031-10-05
    liab:creator:cleo:transit asset:psp 200
booked in:1 kind=bank at=2031-10-06
    asset:bank clearing:unmatched 55
as mona
GET /admin/money
see 6.14 in our accounts = 4.76 owed + 1.78 our part − 0.40 lost
see Everything that is owed could be paid now.
see July 2031: 9.99 XTS in
see Unmatched money
accept application/json
GET /admin/money
json assets_minor = 614
json covered = true
json audit = null
json months.0.month = 203110
json months.0.in_minor = 55
json months.0.payouts_minor = 200
json months.1.month = 203108
json months.1.refunds_minor = 200
json months.2.in_minor = 999
json months.2.fees_minor = 40

# By kind and age: the oldest money of an account leaves it first.
as mona
accept application/json
GET /admin/money
json owed.0.kind = "clearing:unmatched"
json owed.0.this_month_minor = 55
json owed.1.kind = deferred
json owed.1.minor = 0
json owed.1.older_minor = 0
json owed.2.kind = held
json owed.2.minor = 54
json owed.2.before_minor = 54
json owed.2.older_minor = 0
json owed.3.kind = payable
json owed.3.last_month_minor = 100
json owed.4.kind = transit
json owed.4.this_month_minor = 100
json owed.5.kind = vat
json owed.5.older_minor = 167

# A creator below zero does not hide what others are owed.
as vera
GET /account
booked dispute:test:d at=2031-10-07
    liab:creator:vera:held asset:psp 600
as mona
accept application/json
GET /admin/money
json owed.2.minor = -546
json owed.2.debt_minor = 600
json owed.2.before_minor = 54
json covered = true
json assets_minor = 14
json owed_minor = -124

# --- Files.
as mona
GET /admin/money.csv
head Content-Type: text/csv
see "2031-10","XTS","0.55","0.00","6.00","2.00","0.00"
GET /admin/money/journal?month=2031-07
status 200
head Content-Type: text/plain
head Link:
see account liab      ; type:L
see 2031-07-03 invoice:test:a  ; kind:invoice
see     asset:psp  8.32 XTS  ; unit:7
see     liab:deferred  -8.32 XTS
not settle:7
GET /admin/money/journal?month=2031-08
see 2031-08-31 refund:test:r
not invoice:test
let SETTLED = db SELECT CONCAT('from=', effective_ms, '&after=', id) FROM ledger_tx WHERE ikey = 'settle:7:1'
GET /admin/money/journal?month=2031-08&$SETTLED
not settle:7
see refund:test:r
GET /admin/money/journal?month=2031-8
status 404
GET /admin/money/journal
see payout:1:sent
job books --hledger --month 2031-07
see invoice:test:a
not settle:7
job books --hledger
see settle:7:1
see payout:1:sent
job books
exit 64
job books --hledger --month 7
exit 64

# Very many postings come in parts, each of whole transactions.
let HELD = db SELECT id FROM ledger_account WHERE code = 'liab:creator:$CLEO:held'
let PLATFORM = db SELECT id FROM ledger_account WHERE code = 'rev:platform'
sql INSERT INTO ledger_tx (id, ikey, digest, kind, legs, effective_ms, created_ms)
    WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
    SELECT i, CONCAT('many:', i), SHA2('a', 256), 'many', 30, UNIX_TIMESTAMP('2031-09-09') * 1000, 1
    FROM n
sql INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)
    SELECT id, 30, i, $HELD, $PLATFORM, 'XTS', 1 FROM ledger_tx JOIN n WHERE kind = 'many'
as mona
GET /admin/money/journal?month=2031-09
status 200
see mature:7
see many:100
not many:999
see ; continues at /admin/money/journal?month=2031-09&from=
let NEXT = head Link: <([^>]*)>
GET $NEXT
see many:999
not continues at

# --- The kill switch and holds are acts.
as mona
POST /admin/money do=off&sure=1
status 405
POST /admin/acts/new/payouts-off do=confirm
status 400
see Please give a reason
db SELECT COUNT(*) FROM setting -> 0
as mona
POST /admin/acts/new/payouts-off do=confirm&reason=Is this right?
status 303
db SELECT value FROM setting WHERE name = 'payouts' -> off
GET /admin/money
see since 10 Oct 2031, 12:
see by mona
see href="/admin/acts/new/payouts-on"
accept application/json
GET /admin/money
json payouts_on = false
as mona
POST /admin/acts/new/payouts-on do=confirm&reason=It was
status 303
db SELECT value FROM setting WHERE name = 'payouts' -> on

as mona
POST /admin/acts/new/payout-hold do=preview&creator=ghost&reason=because
status 400
see Nobody has the handle
see value="because"
POST /admin/acts/new/payout-hold do=preview&creator=cleo&reason=
status 400
see Please give a reason
POST /admin/acts/new/payout-hold do=preview&creator=cleo&reason=Is <it> yours?
see Payable</th>
POST /admin/acts/new/payout-hold do=confirm&creator=cleo&reason=Is <it> yours?
status 303
POST /admin/acts/new/payout-hold do=preview&creator=cleo&reason=again
status 409
see already on hold
GET /admin/money
see Is &lt;it&gt; yours?
see href="/admin/acts/new/payout-lift?creator=cleo"
db SELECT kind, by_user = (SELECT id FROM user WHERE handle = 'mona') FROM payout_hold -> freeze,1
sql UPDATE payout_hold SET appeal = 'It <is>.', appeal_ms = 1
GET /admin/money
see It &lt;is&gt;.
as cleo
GET /studio/earnings
see Your payouts have been on hold since 10 Oct 2031: <bdi>Is &lt;it&gt; yours?</bdi>
as mona
POST /admin/acts/new/payout-lift do=preview&creator=cleo
see It &lt;is&gt;.
POST /admin/acts/new/payout-lift do=confirm&creator=cleo
status 303
db SELECT COUNT(*) FROM payout_hold WHERE lifted_ms = 0 -> 0
POST /admin/acts/new/payout-lift do=confirm&creator=cleo
status 409
see are not on hold

# --- The audit, payouts and terms.
sql INSERT INTO audit_report (ran_ms, every_unit, findings, report)
    VALUES (UNIX_TIMESTAMP('2031-10-10') * 1000, 0, 0, 'transactions: 0')
policy 1 share_bp=7250
payout_run 1 month=203106
payout 5678 to cleo state=failed note="no <such> account"
as mona
GET /admin/money
see The books add up: audit of 10 Oct 2031, 00:00 UTC, nothing found.
see 72.5 %
see no &lt;such&gt; account
see 56.78
sql UPDATE audit_report SET findings = 2, report = 'sums: 2 <b>'
GET /admin/money
see has 2 findings. Do not pay anything out
see sums: 2 &lt;b&gt;

# Runs of payouts: confirmed as a whole, a payout that came back, a run that is given up.
payout_run 2 month=203001 created=0
payout 4200 to cleo run=2 state=sent iban_end=3201 created=0 changed=0

as mona
GET /admin/money
see January 2030
see href="/admin/acts/new/payout-run-confirm?run=2"
see href="/admin/acts/new/payout-run-cancel?run=2"

as mona
POST /admin/acts/new/payout-run-confirm do=preview&run=77
status 400
see There is no run 77.
as mona
POST /admin/acts/new/payout-run-confirm do=preview&run=2
status 200
see 1 payouts, 42.00 XTS
as mona
POST /admin/acts/new/payout-run-confirm do=confirm&run=2
status 303
db SELECT state FROM payout WHERE run_id = 2 -> paid
as mona
POST /admin/acts/new/payout-run-cancel do=preview&run=2&reason=wrong
status 200
as mona
POST /admin/acts/new/payout-run-cancel do=confirm&run=2&reason=wrong
status 409
db SELECT state FROM payout WHERE run_id = 2 -> paid
as mona
accept application/json
GET /admin/money
json runs.0.id = 2
json runs.0.cancelled_ms = 0
