# What a creator earned and why: the state of the money, time by day, month and video, as a page, as
# JSON and as a file. The number of viewers is shown only from five on.

clock 2031-07-10T12:00Z
as nobody
GET /studio/earnings
status 303

as cleo
GET /studio/earnings
status 200
see Nobody watched your videos on these days.
see You have not earned anything yet
not estimated, not settled yet
see Nothing has been settled for you yet.
see Nothing was watched on these days.
see href="/studio/payee"
see Of 9.99 XTS, 70 % is for creators: 6.99 XTS.
see have 10.00 XTS
limit queries 15

as vera
GET /account
let CLEO = db SELECT id FROM user WHERE handle = 'cleo'
let TODAY = db SELECT 22470
policy 1
payment 1 by vera
unit 5 by vera
unit 6 by vera n=1
video AAAAAAAAAA1 by cleo title="=cmd(\"a\")" id=1
video AAAAAAAAAA2 by cleo title="Deleted one" state=deleted id=2
db SELECT title FROM video WHERE id = 1 -> =cmd("a")

# Vera spends one of three hours with Cleo: a third of 5.54. In the other unit she watched too
# little.
credited vera 1 day=$TODAY unit=5 credited=1h raw=4000s lost=24
credited vera 9 day=$TODAY creator=999999 unit=5 credited=2h
credited vera 1 day=$TODAY-1 unit=6 credited=50s
credited cleo 1 day=$TODAY raw=10m lost=1
credited vera 2 day=$TODAY-40 raw=500s lost=32
as cleo
GET /studio/earnings
see 1.84
see =cmd(&quot;a&quot;)
see 1:00:00
see 1:16:40
see your own playing, two players at once, more than once a day
see fewer than 5
see Counted: 1 h 0 min of 1 h 17 min played.
see <title>10 Jul 2031: 1 h 0 min</title>
not a deleted video
GET /studio/earnings?from=2031-05-01&to=2031-07-10
see a deleted video
see more than 16 hours a day
not Deleted one
accept application/json
GET /studio/earnings
json estimate_minor = 184
json hold = null
json from = "2031-06-11"
json to = "2031-07-10"
json raw_seconds = 4650
json videos.0.viewers = 0
json videos.0.credited_ms = 3600000
json videos.1.credited_ms = 50000

# Nonsense in the address means the usual period; at most a year is shown.
as cleo
accept application/json
GET /studio/earnings?from=2031-02-30x&to=tomorrow
json to = "2031-07-10"
GET /studio/earnings?from=1990-01-01&to=2031-07-09
json from = "2030-07-09"

# From five viewers on their number is shown; the creator is not one of them.
many 900001..900003 credited {n} 1 day=$TODAY raw=1s
as cleo
accept application/json
GET /studio/earnings
json videos.0.viewers = 0
credited 900004 1 day=$TODAY raw=1s
GET /studio/earnings
json videos.0.viewers = 5

# The file: no cell can become a formula.
as cleo
GET /studio/earnings.csv?from=2031-06-01&to=2031-07-10
status 200
head Content-Type: text/csv; charset=utf-8
head Content-Disposition: attachment; filename="earnings-2031-06-01-2031-07-10.csv"
see day,video,title,counted_seconds,played_seconds,not_counted,viewers
see "2031-07-10","AAAAAAAAAA1","'=cmd(""a"")",3600,4604,"your own playing, two players at once, more than once a day","5"
see "2031-07-09","AAAAAAAAAA1","'=cmd(""a"")",50,50,"","fewer than 5"
GET /studio/earnings.txt
status 404

# Settled, and what was refunded since.
set unit 5 6 settled=2031-07-03
share 5 to cleo seconds=3600 amount=184 reversed=60 absorbed=10
sql INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor,
    pool_minor, scaled_minor, idle_out_minor, closed_ms)
    VALUES (203107, 'XTS', 5, 184, 100, 78, 0, 0, 22, 1)
sql INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor)
    VALUES (203107, $CLEO, 184, 78)
as cleo
accept application/json
GET /studio/earnings
json estimate_minor = 0
json months.0.month = 203107
json months.0.seconds = 3600
json months.0.units_minor = 184
json months.0.uplift_minor = 78
json months.0.reversed_minor = 50

as cleo
GET /studio/earnings
see July 2031: 2.12 XTS

# Held, payable, in transit and paid, and a hold with its reason.
balance liab:creator:cleo:held debits=1 credits=212
balance liab:creator:cleo:payable credits=1234
balance liab:creator:cleo:transit debits=500 credits=2000
payout_run 1 month=203106
payout 5678 to cleo
held cleo reason="Is <this> yours?"
as cleo
GET /studio/earnings
see 2.11
see 12.34
see 15.00
see 56.78
see Your payouts have been on hold since 1 Jan 1970: <bdi>Is &lt;this&gt; yours?</bdi>

# What is frozen, and what became of it.
not Frozen earnings
balance liab:creator:cleo:frozen credits=4321
sql INSERT INTO freeze (id, ikey, creator_id, video_id, from_ms, to_ms, why, state, put_ms, decided_ms, passed) VALUES
    (1, 'report/1', $CLEO, 1, 1000, 86400000, 'Not <yours>.', 'open', 2000, 0, 1),
    (2, 'report/2', $CLEO, 2, 0, 0, 'Neither.', 'pool', 1000, 86400000, 1),
    (3, 'report/3', $CLEO, 0, 1000, 0, 'Who are you?', 'creator', 500, 1, 0)
sql INSERT INTO freeze_part (freeze_id, unit_id, creator_id, currency, n, minor, pooled, matured) VALUES (1, 5, $CLEO, 'XTS', 1, 4321, 0, 0)
as cleo
GET /studio/earnings
see 43.21
see =cmd(&quot;a&quot;), watched from 1 Jan 1970 to 1 Jan 1970
see Not &lt;yours&gt;.
see A deleted video
see taken away on 2 Jan 1970
see All your videos, watched since 1 Jan 1970
see worked out within minutes
limit queries 15
accept application/json
GET /studio/earnings
json frozen_minor = 4321
json freeze_waits = true
json frozen.0.id = "AAAAAAAAAA1"
json frozen.0.minor = 4321
json frozen.1.state = "pool"
json frozen.1.id = ""
json frozen.2.minor = 0

# Others see only their own.
as vera
GET /studio/earnings
see Nothing was watched on these days.
not on hold
GET /studio/earnings.csv
not AAAAAAAAAA1
POST /studio/earnings
status 405

# --- Statements: made by the job once the month is closed, and unchanged from then on.
sql DELETE FROM ledger_balance
sql UPDATE unit_share SET reversed_minor = 0, absorbed_minor = 0
set member cleo name=@Cleo
job statements
booked settle:5:1 at=2031-07-03
    liab:deferred liab:creator:cleo:held 184
booked close:203107:1 at=2031-08-03
    liab:idle liab:creator:cleo:held 78
sql UPDATE month_close SET posted_ms = 1
job statements
db SELECT creator_id = $CLEO, month, opening_minor, closing_minor FROM statement -> 1,203107,0,262
db SELECT did FROM job_run WHERE job = 'statements' ORDER BY id DESC LIMIT 1 -> statements=1
job statements
db SELECT COUNT(*) FROM statement -> 1
as cleo
GET /studio/earnings
see href="/studio/earnings/2031-07"
see 2.62 XTS
GET /studio/earnings/2031-07
status 200
see Statement of July 2031
see &#39;=cmd(&quot;a&quot;)
see 3600
see fewer than 5
see Balance on 31 Jul 2031
see href="/studio/earnings/2031-07.csv"
limit queries 2
GET /studio/earnings/2031-07.csv
status 200
head Content-Type: text/csv
head Content-Disposition: filename="statement-2031-07.csv"
see "creator","'@Cleo (cleo)"
see "closing","Balance on 31 Jul 2031","","","2.62",""
accept application/json
GET /studio/earnings/2031-07
json closing_minor = 262
json lines.0.what = July 2031
GET /studio/earnings/2031-06
status 404
GET /studio/earnings/2031-13
status 404
GET /studio/earnings/2031-7
status 404

# Only that creator and operators can see it.
as vera
GET /studio/earnings/2031-07
status 404
GET /studio/earnings/2031-07?creator=cleo
status 404
set member vera role=2
GET /studio/earnings/2031-07?creator=cleo
status 200
see href="/studio/earnings/2031-07.csv?creator=cleo"
GET /studio/earnings/2031-07.csv?creator=cleo
see "creator","'@Cleo (cleo)"
