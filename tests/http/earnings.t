# What a creator earned and why: where the money stands, time by day, month and video, as a page, as
# JSON and as a file. Viewers are only counted out loud from five on.

clock 2031-07-10T12:00Z
as nobody
GET /studio/earnings
status 303

as cleo
GET /studio/earnings
status 200
see Nobody watched your videos on these days.
see Nothing has been settled for you yet.
see Nothing was watched on these days.
see href="/studio/payee"
see Of 9.99 XTS, 70 % is for creators: 6.99 XTS.
see have 10.00 XTS
limit queries 13

as vera
GET /account
let CLEO = db SELECT id FROM user WHERE handle = 'cleo'
let VERA = db SELECT id FROM user WHERE handle = 'vera'
let TODAY = db SELECT 22470
sql INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms) VALUES (1, 'user', 7000, 'shared', 'uplift', 60, 30, 0)
sql INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, currency, starts_ms, ends_ms, paid_ms) VALUES (1, $VERA, 'test', 'one', 999, 167, 'XTS', 1, 2, 1)
sql INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency, gross_minor, tax_minor, fee_minor) VALUES (5, 1, 0, $VERA, 1, 1, 2, 'XTS', 999, 167, 40), (6, 1, 1, $VERA, 1, 1, 2, 'XTS', 999, 167, 40)
sql INSERT INTO video (id, public_id, user_id, category_id, title, state, length_ms, created_ms, published_ms) VALUES (1, 'AAAAAAAAAA1', $CLEO, 4, '=cmd(\"a\")', 'ready', 100000, 1, 1), (2, 'AAAAAAAAAA2', $CLEO, 4, 'Deleted one', 'deleted', 100000, 1, 1)
db SELECT title FROM video WHERE id = 1 -> =cmd("a")

# Vera spends one of three hours with Cleo: a third of 5.54. In the other unit it was too short.
sql INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost) VALUES ($VERA, $TODAY, 1, $CLEO, 5, 3600000, 4000000, 24), ($VERA, $TODAY, 9, 999999, 5, 7200000, 7200000, 0), ($VERA, $TODAY - 1, 1, $CLEO, 6, 50000, 50000, 0), ($CLEO, $TODAY, 1, $CLEO, 0, 0, 600000, 1), ($VERA, $TODAY - 40, 2, $CLEO, 0, 0, 500000, 32)
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

# Nonsense in the address is the usual period; no more than a year.
as cleo
accept application/json
GET /studio/earnings?from=2031-02-30x&to=tomorrow
json to = "2031-07-10"
GET /studio/earnings?from=1990-01-01&to=2031-07-09
json from = "2030-07-09"

# From five viewers on their number is told; the creator is not one of them.
sql INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost) SELECT 900000 + seq, $TODAY, 1, $CLEO, 0, 0, 1000, 0 FROM (SELECT 1 AS seq UNION SELECT 2 UNION SELECT 3) n
as cleo
accept application/json
GET /studio/earnings
json videos.0.viewers = 0
sql INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost) VALUES (900004, $TODAY, 1, $CLEO, 0, 0, 1000, 0)
GET /studio/earnings
json videos.0.viewers = 5

# The file: no cell is a formula.
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

# Settled, and what went back since.
sql UPDATE unit SET settled_ms = UNIX_TIMESTAMP('2031-07-03') * 1000
sql INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor, reversed_minor, absorbed_minor) VALUES (5, $CLEO, 3600, 184, 60, 10)
sql INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms) VALUES (203107, 'XTS', 5, 184, 100, 78, 0, 0, 22, 1)
sql INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor) VALUES (203107, $CLEO, 184, 78)
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
sql INSERT INTO ledger_account (id, code, class, currency, owner_id) VALUES (901, CONCAT('liab:creator:', $CLEO, ':held'), 'liability', 'XTS', $CLEO), (902, CONCAT('liab:creator:', $CLEO, ':payable'), 'liability', 'XTS', $CLEO), (903, CONCAT('liab:creator:', $CLEO, ':transit'), 'liability', 'XTS', $CLEO)
sql INSERT INTO ledger_balance (account_id, debits_minor, credits_minor) VALUES (901, 1, 212), (902, 0, 1234), (903, 500, 2000)
sql INSERT INTO payout_run (id, month, currency, created_ms) VALUES (1, 203106, 'XTS', 1)
sql INSERT INTO payout (run_id, user_id, provider, amount_minor, currency, state, created_ms, changed_ms) VALUES (1, $CLEO, 'test', 5678, 'XTS', 'sent', 1, 1)
sql INSERT INTO payout_hold (user_id, kind, reason, created_ms) VALUES ($CLEO, 'review', 'Is <this> yours?', 1)
as cleo
GET /studio/earnings
see 2.11
see 12.34
see 15.00
see 56.78
see Your payouts have been on hold since 1 Jan 1970: Is &lt;this&gt; yours?

# Others see their own only.
as vera
GET /studio/earnings
see Nothing was watched on these days.
not on hold
GET /studio/earnings.csv
not AAAAAAAAAA1
POST /studio/earnings
status 405

# --- Statements: made by the job once the month is closed, from then on as they are.
sql DELETE FROM ledger_balance
sql UPDATE unit_share SET reversed_minor = 0, absorbed_minor = 0
sql UPDATE user SET display_name = '@Cleo' WHERE handle = 'cleo'
job statements
sql INSERT INTO ledger_account (id, code, class, currency) VALUES (910, 'liab:deferred', 'liability', 'XTS'), (911, 'liab:idle', 'liability', 'XTS')
sql INSERT INTO ledger_tx (id, ikey, digest, kind, legs, effective_ms, created_ms) VALUES (1, 'settle:5:1', SHA2('a', 256), 'settle', 1, UNIX_TIMESTAMP('2031-07-03') * 1000, 1), (2, 'close:203107:1', SHA2('a', 256), 'close', 1, UNIX_TIMESTAMP('2031-08-03') * 1000, 1)
sql INSERT INTO ledger_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor) VALUES (1, 1, 1, 910, 901, 'XTS', 184), (2, 1, 1, 911, 901, 'XTS', 78)
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

# Only that creator and operators see it.
as vera
GET /studio/earnings/2031-07
status 404
GET /studio/earnings/2031-07?creator=cleo
status 404
sql UPDATE user SET role = 2 WHERE handle = 'vera'
GET /studio/earnings/2031-07?creator=cleo
status 200
see href="/studio/earnings/2031-07.csv?creator=cleo"
GET /studio/earnings/2031-07.csv?creator=cleo
see "creator","'@Cleo (cleo)"
