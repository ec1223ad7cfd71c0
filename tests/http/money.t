# Where my money went: what a member's paid months were divided into, to the minor unit. The first
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
let MIA = db SELECT id FROM user WHERE handle = 'mia'
let ANNA = db SELECT id FROM user WHERE handle = 'anna'
let BERT = db SELECT id FROM user WHERE handle = 'bert'
let CARL = db SELECT id FROM user WHERE handle = 'carl'
sql UPDATE user SET display_name = 'Anna <b>' WHERE handle = 'anna'
sql INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms) VALUES (1, 'user', 7000, 'shared', 'uplift', 60, 30, 0), (2, 'scaled', 7000, 'shared', 'platform', 60, 30, 0)
sql INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, currency, starts_ms, ends_ms, paid_ms) VALUES (1, $MIA, 'test', 'one', 999, 167, 'XTS', 1, 2, 1)

# --- An open month: time so far, and what waits.
sql INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor) VALUES (5, 1, 0, $MIA, 1, UNIX_TIMESTAMP('2031-07-01') * 1000, UNIX_TIMESTAMP('2031-08-01') * 1000, 'XTS', 999, 167, 40)
sql INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost) VALUES ($MIA, 22000, 1, $ANNA, 5, 1800500, 2000000, 8), ($MIA, 22001, 1, $ANNA, 5, 1800500, 1800500, 0), ($MIA, 22001, 2, $BERT, 5, 1800000, 1800000, 0), ($MIA, 22001, 3, $CARL, 5, 600000, 600000, 0), ($MIA, 22001, 4, $MIA, 0, 0, 600000, 1)
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

sql UPDATE unit SET frozen = 1 WHERE id = 5
as mia
GET /account/money
see A dispute about this payment is open.
sql UPDATE unit SET frozen = 0 WHERE id = 5

# --- Settled: every line, and together the price.
sql UPDATE unit SET settled_ms = UNIX_TIMESTAMP('2031-08-03') * 1000, seconds = 6000, net_minor = 792, creators_minor = 554, platform_minor = 238 WHERE id = 5
sql INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) VALUES (5, $ANNA, 3600, 333), (5, $BERT, 1800, 166), (5, $CARL, 600, 55)
as mia
GET /account/money
see 9.99 = 1.67 tax + 0.40 payment fee + 2.38 OpenVidStreamer + 3.33 Anna &lt;b&gt; + 1.66 bert + 0.55 carl</p>
see href="/channel/anna"
not so far
not more from the money of members
sql INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms) VALUES (203108, 'XTS', 5, 1428, 1108, 612, 0, 0, 496, 1)
as mia
GET /account/money
see creators received 42.85 % more from the money of members who watched nobody (August 2031)

# Who is blocked or gone has no name here, but their part stays.
sql UPDATE user SET blocked = 1 WHERE handle = 'bert'
sql UPDATE unit_share SET creator_id = 999999 WHERE creator_id = $CARL
as mia
GET /account/money
see 1.66 a former creator + 0.55 a former creator
not /channel/bert
sql UPDATE user SET blocked = 0 WHERE handle = 'bert'

# A part of it was given back after the settlement: f = 400 / 999 of each part.
sql UPDATE unit SET refunded_minor = 400 WHERE id = 5
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
sql UPDATE unit SET refunded_minor = 999 WHERE id = 5
sql UPDATE unit_share SET reversed_minor = amount_minor
as mia
GET /account/money
see 9.99 = 9.99 refunded to you + 0.40 payment fee + 0.00 Anna
see − 0.40 paid by OpenVidStreamer

# --- A month in which nobody was watched, under the other rule and currency.
sql INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor, settled_ms, seconds, net_minor, creators_minor, platform_minor, idle_minor) VALUES (6, 1, 1, $MIA, 2, UNIX_TIMESTAMP('2031-08-01') * 1000, UNIX_TIMESTAMP('2031-09-01') * 1000, 'JPY', 1000, 100, 0, 1, 5, 900, 630, 270, 630), (7, 1, 2, $MIA, 2, UNIX_TIMESTAMP('2031-09-01') * 1000, UNIX_TIMESTAMP('2031-10-01') * 1000, 'XTS', 999, 167, 40, 1, 6000, 792, 554, 238, 0)
sql INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) VALUES (7, $ANNA, 3000, 600)
as mia
GET /account/money
see 1000 = 100 tax + 270 OpenVidStreamer + 630 nobody</p>
see This money therefore goes to the platform.
see 6.00 Anna &lt;b&gt; − 0.46 common pool</p>
see In this month a minute has the same price for all members.

# --- Only one's own, and pages.
as anna
GET /account/money
see Nothing paid yet
sql INSERT INTO unit (payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor) VALUES (1, 3, $MIA, 1, 5, 6, 'XTS', 999, 0, 0), (1, 4, $MIA, 1, 4, 5, 'XTS', 999, 0, 0), (1, 5, $MIA, 1, 3, 4, 'XTS', 999, 0, 0), (1, 6, $MIA, 1, 2, 3, 'XTS', 999, 0, 0)
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
