# Receipts and credit notes: what they say, and who may see them. And money back: a refund on
# request, disputes.

clock 2031-01-31T12:00Z
as nobody
GET /account/receipt/1
status 303
head Location: /login?next=

as ann
GET /account/receipt/1
status 404
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
status 303
GET /subscribe
see /account/receipt/1
see Get my money back
GET /account/receipt/1
status 200
see Receipt 1
see 31 Jan 2031 to 28 Feb 2031
see test payment
see ann@example.org
see 9.99 XTS
see Test money
accept application/json
GET /account/receipt/1
json gross_minor = 999
json tax_minor = 0
json credit_note = false

as ben
GET /account/receipt/1
status 404

as ann
GET /account/receipt/01
status 404
GET /account/receipt/99999999999999999999
status 404
POST /account/receipt/1
status 405

# Refunded on request: once, and the paid time ends.
as ann
POST /subscribe/refund
status 303
head Location: /subscribe?done=refunded
db SELECT kind, state, amount_minor FROM reversal -> refund,done,999
db SELECT number, amount_minor FROM receipt ORDER BY number -> 1,999;2,-999
GET /subscribe
see <h2>Refunds</h2>
not Get my money back
see Ended
GET /account/receipt/2
see Credit note 2
see Refunded
see 9.99 XTS
POST /subscribe/refund
status 409
see There is nothing that can be refunded now.
db SELECT COUNT(*) FROM reversal -> 1

# Too late to ask for it.
as cid
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
clock 2031-02-14T12:01Z
as cid@later
GET /subscribe
not Get my money back
POST /subscribe/refund
status 409

# An operator refunds a part; the same command again refunds nothing more.
job admin pay refund 3 4.00 --reason "half watched"
see 4.00 XTS refunded
job admin pay refund 3 4.00
db SELECT SUM(amount_minor) FROM reversal WHERE amount_minor = 400 -> 400
job admin pay refund 3 3.00
exit 1
see This was asked for before, as act
job admin pay refund 3 6.00 --ref 2
exit 1
see more than is left
job admin pay refund 99 1.00
exit 1
see There is no receipt with that number.

# A dispute stops watching while it is open; when it is won, watching is possible again.
as dora
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
job admin pay dispute 5 open
as dora
GET /subscribe
see A payment of yours is disputed
job admin pay dispute 5 won
as dora
GET /subscribe
see Active
job admin pay dispute 5 maybe
exit 1
see is none of the choices

# The books are right.
job watch_rollup
job ledger_audit

# The same by a page: what happens to the access is the operator's choice, and is shown before.
clock 2031-03-20T12:00Z
as emma
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
let NEW = db SELECT MAX(number) FROM receipt
as mona
GET /account
set member mona role=2
as mona
POST /admin/acts/new/refund do=preview&receipt=$NEW&amount=5.00&access=keep&reason=Sorry
status 200
see Refund 5.00 XTS of receipt $NEW; access stays.
see Left of it</th><td data-label="What">9.99 XTS
see Access now</th><td data-label="What">paid until 20 Apr 2031
see Access then</th><td data-label="What">paid until 20 Apr 2031
see liab:deferred
db SELECT COUNT(*) FROM reversal r JOIN receipt d ON d.payment_id = r.payment_id WHERE d.number = $NEW -> 0
as mona
POST /admin/acts/new/refund do=preview&receipt=$NEW&access=until&reason=Sorry
status 400
see On which day does the access end?
POST /admin/acts/new/refund do=preview&receipt=$NEW&amount=20&reason=Sorry
status 400
see value="20"
POST /admin/acts/new/refund do=preview&receipt=$NEW&access=from_end&reason=Sorry
see Refund 9.99 XTS of receipt $NEW; months refunded in full end.
see Access then</th><td data-label="What">nothing is paid any more
POST /admin/acts/new/refund do=confirm&receipt=$NEW&amount=5.00&access=keep&reason=Sorry
status 303
POST /admin/acts/new/refund do=confirm&receipt=$NEW&amount=5.00&access=keep&reason=Sorry
status 303
db SELECT COUNT(*), SUM(r.amount_minor), MAX(r.access), MAX(r.reason) FROM reversal r JOIN receipt d ON d.payment_id = r.payment_id AND d.reversal_id = 0 WHERE d.number = $NEW -> 1,500,keep,Sorry
db SELECT COUNT(*) FROM act a JOIN ledger_tx t ON t.ikey = a.posting WHERE a.kind = 'refund' AND a.reason = 'Sorry' -> 1
POST /admin/acts/new/dispute do=preview&receipt=$NEW&state=open&amount=4.99
status 400
see Please give a reason
POST /admin/acts/new/dispute do=preview&receipt=$NEW&state=open&amount=4.99&reason=The bank asks
see Dispute about receipt $NEW, of 4.99 XTS: open.

# One member, for operators: account, payments, earnings, each within six statements.
as mona
GET /admin/account/emma
status 200
limit queries 6
see emma@example.org
see Refund 5.00 XTS of receipt $NEW
see End all log-ins
GET /admin/account/emma/payments
status 200
limit queries 6
see href="/admin/acts/new/refund?receipt=$NEW"
see href="/account/receipt/$NEW"
see 9.99 XTS
GET /admin/account/emma/earnings
status 200
limit queries 6
see This member has earned nothing yet.
as-token mona
accept application/json
GET /admin/account/emma
json handle = emma
json logins.length = 1
GET /admin/account/emma/payments
json payments.0.minor = 999
json months.0.refunded_minor = 500
GET /admin/account/emma/earnings
json balances.length = 0
json hold = null

as mona
GET /admin/account/nobody-there
status 404
as zora
GET /account
as mona
GET /admin/account/zora
see never paid
GET /admin/account/zora/payments
see This member has paid nothing yet.

# All log-ins of a member end, with a reason in the journal.
as mona
POST /admin/account/zora do=logout
status 400
see Say in a few words why.
POST /admin/account/zora do=nonsense&reason=x
status 400
POST /admin/account/zora/payments do=logout&reason=x
status 405
POST /admin/account/zora do=logout&reason=Lost her phone
status 303
head Location: /admin/account/zora?done=logout
GET /admin/account/zora?done=logout
see All log-ins of this member have ended.
see This member is logged in nowhere.
db SELECT what, why FROM moderation_log WHERE about = (SELECT CONCAT('member:', id) FROM user WHERE handle = 'zora') -> ended all log-ins,Lost her phone
as zora
GET /account
status 303
as emma
GET /admin/account/emma
status 404
