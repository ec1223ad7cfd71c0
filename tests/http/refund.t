# Money back, and what it does to time: which months members can watch in, and for which month their
# watching counts. bob's videos are what is watched.

as bob
GET /account
let BOB = db SELECT id FROM user WHERE handle = 'bob'
video AAAAAAAAAA1 by bob length=20m
video AAAAAAAAAA2 by bob length=20m
video AAAAAAAAAA3 by bob length=60s

# --- Refunded, and paid again an hour later: all that is watched counts for the new month.
clock 2031-06-01T12:00Z
as ann
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
job admin pay refund 1 9.99

as ann
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 402

as ann
GET /subscribe
see You have no paid time at present
clock 2031-06-01T13:00Z
as ann
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
let FIRST = db SELECT MIN(id) - 1 FROM unit
let ANN = db SELECT id FROM user WHERE handle = 'ann'
sql INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session, t0_ms, t1_ms, length_ms, flags)
    WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 13)
    SELECT s.starts_ms DIV 86400000, s.user_id, 1, r.n, $AAAAAAAAAA1.id, $BOB, 's', s.starts_ms + r.n * 60000,
    s.starts_ms + LEAST(r.n * 60000 + 60000, 837000), 1200000, 0 FROM r, paid_span s WHERE s.user_id = $ANN
sql INSERT IGNORE INTO watch_dirty (user_id, day) SELECT DISTINCT user_id, day FROM watch_seg
job watch_rollup
db SELECT unit_id - $FIRST, credited_ms FROM watch_day -> 2,837000

# --- Two months ahead, the first payment given back: one month from the first day, and what was
# watched in it counts for the payment that is left.
clock 2031-06-02T12:00Z
as ben
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
let BEN = db SELECT id FROM user WHERE handle = 'ben'
sql INSERT INTO watch_seg (day, user_id, batch_id, n, video_id, creator_id, session, t0_ms, t1_ms, length_ms, flags)
    WITH RECURSIVE r (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 8)
    SELECT s.starts_ms DIV 86400000, s.user_id, 2, r.n, $AAAAAAAAAA1.id, $BOB, 's', s.starts_ms + r.n * 60000,
    s.starts_ms + LEAST(r.n * 60000 + 60000, 538000), 1200000, 0
    FROM r, paid_span s WHERE s.unit_id = $FIRST + 3
sql INSERT IGNORE INTO watch_dirty (user_id, day) SELECT DISTINCT user_id, day FROM watch_seg WHERE user_id = $BEN
job watch_rollup
db SELECT unit_id - $FIRST, credited_ms FROM watch_day WHERE user_id = $BEN -> 3,538000
clock 2031-06-10T12:00Z
job admin pay refund 4 9.99
db SELECT unit_id - $FIRST, FROM_UNIXTIME(starts_ms / 1000, '%m-%d'), FROM_UNIXTIME(ends_ms / 1000, '%m-%d') FROM paid_span WHERE user_id = $BEN -> 4,06-02,07-02
job watch_rollup
db SELECT unit_id - $FIRST, credited_ms FROM watch_day WHERE user_id = $BEN -> 4,538000
clock 2031-07-02T11:59Z
as ben@july
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 200
clock 2031-07-02T12:01Z
as ben@later
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 402

# --- What settles is what was watched in it.
clock 2031-07-05T12:00Z
job watch_rollup
job settle
db SELECT unit_id - $FIRST, creator_id = $BOB, seconds, amount_minor FROM unit_share ORDER BY unit_id -> 2,1,837,699;4,1,538,699
db SELECT id - $FIRST, settled_ms > 0, seconds, idle_minor FROM unit ORDER BY id -> 1,1,0,0;2,1,837,0;3,1,0,0;4,1,538,0
job ledger_audit

# --- Pay, open videos, ask for the money back: a video that was opened counts with its whole length,
# whatever the player says.
clock 2031-08-01T12:00Z
as carl
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
GET /subscribe
see Opening a video counts with its whole length.
see You can do this once in 365 days.

as carl
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 200

as carl
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 200
db SELECT COUNT(*), SUM(length_ms) FROM media_opened WHERE day = 22492 -> 1,1200000

as carl
GET /subscribe
see Get my money back

as carl
accept application/json
body application/json
    {"video": "AAAAAAAAAA2"}
POST /api/play
status 200

as carl
GET /subscribe
not Get my money back
POST /subscribe/refund
status 409
see There is nothing that can be refunded now.
see opening a video counts with its whole length
db SELECT COUNT(*) FROM reversal WHERE by_member = 1 -> 0

# Little was opened: the first time, but not again.

as dora
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay

as dora
accept application/json
body application/json
    {"video": "AAAAAAAAAA3"}
POST /api/play
status 200

as dora
POST /subscribe/refund
status 303
db SELECT access, by_member FROM reversal ORDER BY id DESC LIMIT 1 -> from_end,1

as dora
accept application/json
body application/json
    {"video": "AAAAAAAAAA3"}
POST /api/play
status 402

as dora
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
GET /subscribe
not Get my money back
POST /subscribe/refund
status 409
see 1 time in 365 days
db SELECT COUNT(*) FROM reversal WHERE by_member = 1 -> 1

# Own videos and those of moderators are not counted.
as bob@again
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 200
db SELECT COUNT(*) FROM media_opened WHERE user_id = $BOB -> 0

# Kept as long as somebody may ask for it.
clock 2031-08-16T12:00Z
job sweep
db SELECT COUNT(*) FROM media_opened -> 3
clock 2031-08-17T12:00Z
job sweep
db SELECT COUNT(*) FROM media_opened -> 0

# --- Parts: access stays, or ends on a day, as the operator chooses.
clock 2031-09-01T12:00Z
as eve
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
let RECEIPT = db SELECT MAX(number) FROM receipt
job admin pay refund $RECEIPT 9.99 --access keep
exit 1
see With that, a month would be given back in full
job admin pay refund $RECEIPT 1.00 --access keep
job admin pay refund $RECEIPT 1.00 --access until --until 2031-09-01 --ref 2
exit 1
see Access can only end on a day that has not begun.
job admin pay refund $RECEIPT 1.00 --access until --until 2031-11-01 --ref 2
exit 1
see Access by this payment ends before that day.
job admin pay refund $RECEIPT 8.99 --access until --until 2031-09-15 --ref 2
exit 1
see give back at most 8.98 XTS
job admin pay refund $RECEIPT 4.00 --access until --until 2031-09-15 --ref 2
see 4.00 XTS refunded

as eve
accept application/json
GET /subscribe
json paid_until_ms = 1947196800000
json grace_until_ms = 1947196800000

as eve
POST /subscribe/cancel
POST /subscribe/resume
db SELECT MAX(GREATEST(paid_until_ms, grace_until_ms)) FROM subscription s JOIN user u ON u.id = s.user_id WHERE u.handle = 'eve' -> 1947196800000
job watch_rollup
job close_month
job mature
job ledger_audit
