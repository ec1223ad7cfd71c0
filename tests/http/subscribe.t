# The subscription: who pays what, when a month begins and ends, and what a repeated, foreign or
# late confirmation does. The test sets the clock, so that months pass at once.

as nobody
GET /subscribe
status 200
see One subscription, every video
see 9.99 XTS
see /signup?next=/subscribe
see Test payments
not <form method="post" action="/subscribe">

as nobody
POST /subscribe
status 401

as nobody
csrf none
POST /subscribe
status 403

as nobody
GET /pay/test/AAAAAAAAAAAAAAAAAAAAAA
status 303
head Location: /login?next=

sql DELETE FROM payment
sql DELETE FROM checkout
sql DELETE FROM subscription

# A first month.
as paula
POST /subscribe
status 303
head Location: /pay/test/
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$

as paula
GET $PAGE
status 200
see 9.99 XTS
see Decline the card

# Another member may neither see nor pay it.
as quentin
GET $PAGE
status 404

as quentin
POST $PAGE choice=pay
status 404
db SELECT COUNT(*) FROM payment -> 0

as paula
POST $PAGE choice=nonsense
status 400
see Choose one of the options offered.

as paula
csrf none
POST $PAGE choice=pay
status 403
db SELECT COUNT(*) FROM payment -> 0

as paula
POST $PAGE choice=pay
status 303
head Location: /subscribe?done=paid
db SELECT COUNT(*) FROM paid_span -> 1
db SELECT COUNT(*) FROM payment WHERE currency = 'XTS' AND amount_minor = 999 -> 1

# The same confirmation again changes nothing; another answer on the same page is refused.
as paula
POST $PAGE choice=pay
status 303
db SELECT COUNT(*) FROM paid_span -> 1
db SELECT COUNT(*) FROM payment -> 1

as paula
POST $PAGE choice=decline
status 409
see This payment link has already been used.

as paula
GET /subscribe?done=paid
status 200
see Thank you: your payment has arrived.
see Active

# Paying early extends from the current end.
as paula
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
status 303
db SELECT COUNT(*) FROM paid_span -> 2
db SELECT COUNT(*) FROM payment a JOIN payment b ON b.starts_ms = a.ends_ms -> 1

# Of two open payment pages, only the later one can be paid.
as paula
POST /subscribe
let OLDER = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST /subscribe
let NEWER = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $OLDER choice=pay
status 409
POST $NEWER choice=decline
status 303
head Location: /subscribe?done=declined
db SELECT COUNT(*) FROM paid_span -> 2

# After cancelling, access lasts to the end; cancelling can be undone before that.
as paula
GET /subscribe
see <strong>Ends on
see It does not renew by itself.
see href="/subscribe/end" data-ask
GET /subscribe/end
status 200
see End your subscription?
see >Keep it</a>
see >End it</button>
limit queries 2
accept application/json
GET /subscribe
let ENDS = json sentence
accept application/json
GET /account
json sentence = $ENDS

as paula
POST /subscribe/cancel
status 303
db SELECT cancelled_ms > 0 AND grace_until_ms = paid_until_ms FROM subscription -> 1
GET /subscribe
see Cancelled
POST /subscribe/resume
db SELECT cancelled_ms = 0 AND grace_until_ms = paid_until_ms + 7 * 86400000 FROM subscription -> 1

# With earnings that pay for it, it renews on that day. Nothing to end: the question leads back.
set paid paula from_earnings=1
as paula
GET /subscribe
see <strong>Renews on

set paid paula from_earnings=0
as paula
POST /subscribe/cancel
GET /subscribe/end
status 303
head Location: /subscribe
POST /subscribe/resume
as nobody
GET /subscribe/end
status 303
head Location: /login?next=%2Fsubscribe%2Fend

as paula
POST /subscribe/nonsense
status 404

# A payment in the days of grace continues from the end of the paid time; a later one starts again.
set paid paula until=-1d grace=+6d
as paula
GET /subscribe
see Payment due
see Not paid for: ends on 
accept application/json
GET /subscribe
json state = grace

sql UPDATE paid_span SET starts_ms = starts_ms - 1000000000000, anchor_ms = anchor_ms - 1000000000000,
    ends_ms = ends_ms - 1000000000000
set paid paula until=1000000000000 grace=1000600000000
as paula
GET /subscribe
see Ended on 16 Sep 2001.
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
db SELECT COUNT(*), MAX(ABS(starts_ms - UNIX_TIMESTAMP() * 1000) < 60000) FROM paid_span -> 3,1

# A payment page that was left open for more than a day can no longer be used.
as paula
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
sql UPDATE checkout SET created_ms = created_ms - 90000000 WHERE state = 'open'
POST $PAGE choice=pay
status 409
db SELECT COUNT(*) FROM paid_span -> 3

# Whoever paid goes on where they came from, but never to another site; a refusal keeps the place.
as paula
GET /subscribe?next=/watch/AAAAAAAAAA1
see <input type="hidden" name="next" value="/watch/AAAAAAAAAA1">
POST /subscribe next=/watch/AAAAAAAAAA1
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=decline
status 303
head Location: /subscribe?done=declined&next=%2Fwatch%2FAAAAAAAAAA1
POST /subscribe next=//evil.example/
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=close
head Location: /subscribe?done=closed
db SELECT back FROM checkout ORDER BY id DESC LIMIT 1 -> 

# Twelve months at once are not offered here; the client can never choose the amount.
as paula
POST /subscribe months=12
status 400
POST /subscribe months=7
status 400
POST /subscribe months=1&amount_minor=1&price_minor=1
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay&amount_minor=99999999
db SELECT amount_minor FROM payment ORDER BY id DESC LIMIT 1 -> 999

# Earnings pay when they cover the price, and only then: nobody gets a month on credit.
as paula
GET /subscribe
not from your earnings
let UNTIL = db SELECT paid_until_ms FROM subscription
POST /subscribe/earnings until=$UNTIL
status 403
see Your earnings do not cover the price.
POST /subscribe/earnings until=nonsense
status 400
balance liab:creator:paula:payable credits=1500
let PAYABLE = db SELECT MAX(id) FROM ledger_account
POST /subscribe/renewal earnings=on
status 303
GET /subscribe
see 15.00 XTS can be paid out
see Stop renewing from my earnings
POST /subscribe/earnings until=$UNTIL
status 303
head Location: /subscribe?done=earnings
POST /subscribe/earnings until=$UNTIL
status 303
db SELECT credits_minor - debits_minor FROM ledger_balance WHERE account_id = $PAYABLE -> 501
db SELECT COUNT(*) FROM payment WHERE provider = 'earnings' -> 1
POST /subscribe/renewal earnings=off
GET /subscribe
see <button name="earnings" value="on">

# The rest does not cover the next month: the job says so, and so does the page.
set paid paula from_earnings=1 until=+1h
job renew
see paid=0 short=1
as paula
GET /subscribe
see they did not cover a month
db SELECT credits_minor - debits_minor FROM ledger_balance WHERE account_id = $PAYABLE -> 501

# Whoever came from a video goes on there, and that page says that the payment has arrived.
as paula
POST /subscribe next=/watch/AAAAAAAAAA1
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
status 303
head Location: /watch/AAAAAAAAAA1?paid=1
GET /browse?paid=1
see Thank you: your payment has arrived.

# Moderators and operators need no subscription, and are offered none.
set member paula role=1
as paula
GET /browse
not /subscribe?next
