# Vouchers: redeemed once, by one member; wrong, used and expired codes get the same answer, and not many
# of them an hour.

clock 2031-05-01T12:05Z
as nobody
POST /subscribe voucher=AAAAA
status 401

# A gift of two months: nothing to divide, no receipt.
job admin voucher create --months 2 --note "for Ann"
let GIFT = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
as ann
GET /subscribe
see Have a voucher?
POST /subscribe voucher=$GIFT
status 303
head Location: /subscribe?done=voucher
db SELECT COUNT(*), FROM_UNIXTIME(MAX(ends_ms) / 1000, '%Y-%m-%d') FROM paid_span -> 2,2031-07-01
db SELECT gross_minor, settled_ms FROM unit ORDER BY n -> 0,0;0,0
db SELECT COUNT(*) FROM receipt -> 0
db SELECT COUNT(*) FROM ledger_tx -> 0
db SELECT COUNT(*) FROM voucher WHERE LENGTH(code_hash) = 64 AND redeemed_ms IS NOT NULL -> 1
GET /subscribe
see none</td>

# Used: the same sentence as for an unknown code.
as ben
POST /subscribe voucher=$GIFT
status 400
see This code is not valid, or is no longer valid.
see value="$GIFT"
POST /subscribe voucher=AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA
status 400
see This code is not valid, or is no longer valid.
POST /subscribe voucher=<script>
status 400
see This code is not valid, or is no longer valid.
db SELECT COUNT(*) FROM subscription -> 1

# A sold voucher: its price waits in liab:voucher and becomes the month. Typed as people type it.
job admin voucher create --value 9,99 --expires 2031-06-01
let SOLD = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
db SELECT credits_minor - debits_minor FROM ledger_balance -> 999
as ben
POST /subscribe voucher= $SOLD 
status 303
db SELECT credits_minor - debits_minor FROM ledger_balance -> 0
db SELECT gross_minor FROM unit WHERE gross_minor > 0 -> 999
db SELECT provider, amount_minor, months FROM payment WHERE amount_minor > 0 -> voucher,999,1
GET /subscribe
not <span class="sr">Receipt </span>1
GET /account/receipt/1
status 404
db SELECT number, voucher_id IS NOT NULL, user_id, amount_minor FROM receipt -> 1,1,NULL,999

# Expired.
job admin voucher create --expires 2031-05-02
let LATE = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
clock 2031-05-02T00:05Z
as ben
POST /subscribe voucher=$LATE
status 400
see This code is not valid, or is no longer valid.
job admin voucher list
see expired
see redeemed by ann on 1 May 2031
see for Ann
not $GIFT

# Eleven wrong codes within an hour.
clock 2031-05-01T14:05Z
as cid
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
POST /subscribe voucher=1
status 400
POST /subscribe voucher=1
status 429
job admin voucher create
let GOOD = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
as cid
POST /subscribe voucher=$GOOD
status 429
clock 2031-05-01T15:05Z
POST /subscribe voucher=$GOOD
status 303

job admin voucher create --value 1.234
exit 1
see 1.234 is not an amount of XTS.

job admin voucher create --expires 2031-05-01
exit 1

job admin voucher create --months 13
exit 1
see from 1 to 12

# A voucher is sent again: the old code is dead. Cancelled: nobody can redeem it any more.
job admin voucher create --value 5.00
let OLD = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
let V = db SELECT MAX(id) FROM voucher
job admin voucher resend $V
exit 1
see Please give a reason
job admin voucher resend $V --reason "The mail was lost"
let NEW = body ([0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4})
see It has a new code.
db SELECT COUNT(*) FROM act WHERE what LIKE '%$NEW%' OR result LIKE '%$NEW%' OR fields LIKE '%$NEW%' -> 0
as dot
POST /subscribe voucher=$OLD
status 400
job admin voucher cancel $V nonsense --reason x
exit 1
see is none of the choices
job admin voucher cancel 999 back --reason x
exit 1
see There is no voucher 999.
job admin voucher cancel $V back --reason "Bought twice" --preview
see 5.00 XTS go back to the buyer
see debit liab:voucher  credit asset:psp
db SELECT credits_minor - debits_minor FROM ledger_balance -> 500
job admin voucher cancel $V back --reason "Bought twice"
see Please send 5.00 XTS back to the buyer.
db SELECT credits_minor - debits_minor FROM ledger_balance -> 0
db SELECT posting FROM act WHERE kind = 'voucher-cancel' -> voucher:$V:cancelled
as dot
POST /subscribe voucher=$NEW
status 400
job admin voucher cancel $V back --reason "Bought twice"
exit 1
see has ended: cancelled on
job admin voucher list
see cancelled on

# A sold one that expires becomes the site's; so does one that is cancelled without giving its money back.
job admin voucher create --value 7.00 --expires 2031-05-03
job admin voucher create --value 3.00
let KEPT = db SELECT MAX(id) FROM voucher
job admin voucher cancel $KEPT keep --reason "Stolen"
clock 2031-05-03T00:05Z
db SELECT credits_minor - debits_minor FROM ledger_balance -> 700
job expire
see vouchers=1
job expire
db SELECT credits_minor - debits_minor FROM ledger_balance -> 0
db SELECT SUM(l.amount_minor) FROM ledger_leg l JOIN ledger_account c ON c.id = l.credit_id WHERE c.code = 'rev:platform' AND l.unit_id IS NULL -> 1000
job admin voucher resend $KEPT --reason again
exit 1
see has ended
job ledger_audit
see findings=0

# The list, for operators.
as ann
GET /admin/vouchers
status 404
as mona
GET /account
set member mona role=2
as mona
GET /admin/vouchers
status 200
see redeemed by ann on
see cancelled on
see expired
see a gift
not $NEW
accept application/json
GET /admin/vouchers
json vouchers.0.id = $KEPT
json older_url = null
