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
db SELECT months, FROM_UNIXTIME(paid_until_ms / 1000, '%Y-%m-%d') FROM subscription -> 2,2031-07-01
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
see <span class="sr">Receipt </span>1
GET /account/receipt/1
status 200
see voucher

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
