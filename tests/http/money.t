# What a member's money was spent on: how paid months were divided, to the minor unit. The first
# month is the worked example: 9.99 with 1.67 tax and 0.40 fee, watched A 3600 s, B 1800 s, C 600 s.

clock 2031-07-10T12:00Z
as nobody
GET /account/money
status 303
head Location: /login?next=%2Faccount%2Fmoney

as mia
GET /account/money
status 200
see Nothing paid yet
see href="/subscribe"
limit queries 2

as anna
GET /account
as bert
GET /account
as carl
GET /account
let CARL = db SELECT id FROM user WHERE handle = 'carl'
set member anna name="Anna <b>"
policy 1
policy 2 rule=scaled idle=platform
payment 1 by mia

# --- An open month: time so far, and the money that waits.
unit 5 by mia starts=2031-07-01 ends=2031-08-01
credited mia 1 day=22000 creator=anna unit=5 credited=1800500 raw=2000s lost=8
credited mia 1 day=22001 creator=anna unit=5 credited=1800500
credited mia 2 day=22001 creator=bert unit=5 credited=30m
credited mia 3 day=22001 creator=carl unit=5 credited=10m
credited mia 4 day=22001 creator=mia raw=10m lost=1
as mia
GET /account/money
status 200
see so far
see 9.99 = 1.67 tax + 0.40 payment fee + 2.38 OpenVidStreamer + 5.54 creators
see It is settled around 3 Aug 2031
see 1 h 0 min
see 30 min
see Anna &lt;b&gt;
not <b>
limit queries 3

as mia
accept application/json
GET /account/money
json months.0.settled = null
json months.0.price_minor = 999
json months.0.seconds = 6001
json months.0.watched.0.channel = anna
json months.0.watched.0.seconds = 3601
json months.0.watched.2.seconds = 600

set unit 5 frozen=1
as mia
GET /account/money
see A dispute about this payment is open.
set unit 5 frozen=0

# --- Settled: every line, and together the price.
set unit 5 settled=2031-08-03 seconds=6000 net=792 creators=554 platform=238
share 5 to anna seconds=3600 amount=333
share 5 to bert seconds=1800 amount=166
share 5 to carl seconds=600 amount=55
as mia
GET /account/money
see 9.99 = 1.67 tax + 0.40 payment fee + 2.38 OpenVidStreamer + 3.33 Anna &lt;b&gt; + 1.66 bert + 0.55 carl</p>
see href="/channel/anna"
not so far
not more from the money of members
sql INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor,
    pool_minor, scaled_minor, idle_out_minor, closed_ms)
    VALUES (203108, 'XTS', 5, 1428, 1108, 612, 0, 0, 496, 1)
as mia
GET /account/money
see creators received 42.85 % more from the money of members who watched nobody (August 2031)

# Blocked or deleted creators have no name here, but their part stays.
set member bert blocked=1
sql UPDATE unit_share SET creator_id = 999999 WHERE creator_id = $CARL
as mia
GET /account/money
see 1.66 a former creator + 0.55 a former creator
not /channel/bert
set member bert blocked=0

# A part of it was refunded after the settlement: f = 400 / 999 of each part.
set unit 5 refunded=400
sql UPDATE unit_share SET reversed_minor = FLOOR(amount_minor * 400 / 999)
as mia
accept application/json
GET /account/money
json months.0.lines.0.kind = refunded
json months.0.lines.0.minor = 400
json months.0.lines.1.minor = 101
json months.0.lines.2.minor = 40
json months.0.lines.3.minor = 143
json months.0.lines.4.minor = 200
json months.0.lines.7.kind = borne
json months.0.lines.7.minor = -18

# All of it: only the fee was spent, and the site pays that.
set unit 5 refunded=999
sql UPDATE unit_share SET reversed_minor = amount_minor
as mia
GET /account/money
see 9.99 = 9.99 refunded to you + 0.40 payment fee + 0.00 Anna
see − 0.40 paid by OpenVidStreamer

# --- A month in which nobody was watched, under the other rule and currency.
unit 6 by mia n=1 policy=2 starts=2031-08-01 ends=2031-09-01 currency=JPY gross=1000 tax=100
    fee=0 settled=1 seconds=5 net=900 creators=630 platform=270 idle=630
unit 7 by mia n=2 policy=2 starts=2031-09-01 ends=2031-10-01
    settled=1 seconds=6000 net=792 creators=554 platform=238
share 7 to anna seconds=3000 amount=600
as mia
GET /account/money
see 1000 = 100 tax + 270 OpenVidStreamer + 630 nobody</p>
see This money therefore goes to the platform.
see 6.00 Anna &lt;b&gt; − 0.46 common pool</p>
see In this month a minute has the same price for all members.

# --- Only one's own months, and list pages.
as anna
GET /account/money
see Nothing paid yet
many 3..6 unit {n + 5} by mia n={n} starts={8 - n} ends={9 - n} tax=0 fee=0
as mia
GET /account/money
see href="/account/money?page=2"
GET /account/money?page=2
see Nothing you watched in this month has been counted yet.
not Anna
GET /account/money?page=9
see Nothing more here
POST /account/money
status 405
