# The watch page and the player's requests: who sees what, and what a beat is worth.

as cara
GET /subscribe
status 200
as nora
GET /subscribe
status 200
set member cara name="Cara <b>&\"'"
video AAAAAAAAAA1 by cara title="First <light> & \"more\"" tags="a, <b>" length=60s
    description="One\n\n<script>alert(1)</script> https://example.org/?a=1&b=\"2"
    width=1280 height=720 has_preview=1 poster=1 published=1795000000000
video AAAAAAAAAA2 by cara title=Secret visibility=private length=60s
video AAAAAAAAAA3 by cara title="Half hidden" visibility=unlisted length=60s
video AAAAAAAAAA4 by cara title="Half done" state=processing
video AAAAAAAAAA5 by cara title=Gone state=deleted
paid nora

# A visitor sees the page, the offer and the preview, but nothing of the full video.
GET /watch/AAAAAAAAAA1
status 200
see <h1>First &lt;light&gt; &amp; &quot;more&quot;</h1>
see &lt;script&gt;alert(1)&lt;/script&gt;
see <strong>Cara &lt;b&gt;&amp;&quot;&#39;</strong>
not <script>alert
see rel="nofollow noopener ugc"
see This video is for members
see /preview/preview.mp4
see Watch this short video
see property="og:title"
see property="og:image"
not /full/
not media-controller
not name="rating"

accept application/json
GET /watch/AAAAAAAAAA1
status 200
json id = AAAAAAAAAA1
json title = "First <light> & \"more\""
json playable = false
not master.m3u8

# Viewers who may not see a video are told that there is none.
GET /watch/AAAAAAAAAA2
status 404
GET /watch/AAAAAAAAAA3
status 200
GET /watch/AAAAAAAAAA4
status 404
GET /watch/AAAAAAAAAA5
status 404
GET /watch/AAAAAAAAAAA
status 404
GET /watch/-1
status 404

only http
GET /watch/AAAAAAAAAA1/..%2f
status 400

as nora
GET /watch/AAAAAAAAAA2
status 404

as cara
GET /watch/AAAAAAAAAA2
status 200
see <span class="badge">Private</span>
see media-controller
GET /watch/AAAAAAAAAA4
status 200
see still being processed
GET /watch/AAAAAAAAAA5
status 404

# Playing: not signed in, no subscription, another's private video, not ready, and then allowed.
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 401

as quentin
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 402
json error.code = unpaid
not /full/

as nora
accept application/json
body application/json
    {"video": "AAAAAAAAAA2"}
POST /api/play
status 404

as cara
accept application/json
body application/json
    {"video": "AAAAAAAAAA4"}
POST /api/play
status 409

as cara
accept application/json
body application/json
    {"video": "AAAAAAAAAA2"}
POST /api/play
status 200
see /AAAAAAAAAA2/full/master.m3u8

as nora
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 200
json beat_s = 15
json resume_ms = 0
see /AAAAAAAAAA1/full/master.m3u8
let TOKEN = json token

let NORA = db SELECT id FROM user WHERE handle = 'nora'

# A beat: too soon, another member's, changed, out of order; then it counts, but never more than
# time.
as nora
accept application/json
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 429
json error.code = limited

clock +15s
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 401

as quentin
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 401
json error.code = sign-in

as nora
body application/json
    {"t": "9$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 401

as nora
body application/json
    {"t": "$TOKEN", "q": 1, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 401

as nora
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[-1, 15000]], "s": "play"}
POST /api/beat
status 400

as nora
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "dance"}
POST /api/beat
status 400

as nora
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play", "h": 2}
POST /api/beat
status 400

# From another site it is refused, whatever it holds.
as nora
header Sec-Fetch-Site: cross-site
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 403

as nora
header Origin: https://evil.example
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000]], "s": "play"}
POST /api/beat
status 403

as nora
GET /api/beat
status 405
head Allow: POST

job watch_flush
db SELECT COUNT(*) FROM watch_position -> 0

as nora
csrf none
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[0, 15000], [20000, 50000]], "s": "play"}
POST /api/beat
status 200
limit queries 0
let NEXT = json t
job watch_flush
db SELECT position_ms FROM watch_position -> 50000
db SELECT watched_ms BETWEEN 14000 AND 20000 FROM watch_position -> 1
db SELECT views FROM video WHERE public_id = 'AAAAAAAAAA1' -> 0
job watch_rollup
db SELECT views FROM video WHERE public_id = 'AAAAAAAAAA1' -> 1

# The same again, and the next; nobody paid for this month, so nothing is credited.
clock +30s
as nora
body application/json
    {"t": "$NEXT", "q": 1, "r": [[20000, 32000]], "s": "pause"}
POST /api/beat
status 200
let NEXT = json t
job watch_flush
job watch_rollup
db SELECT views FROM video WHERE public_id = 'AAAAAAAAAA1' -> 1
db SELECT COUNT(*), SUM(credited_ms), SUM(raw_ms) BETWEEN 26000 AND 32000, MAX(lost) FROM watch_day WHERE user_id = $NORA -> 1,0,1,64

# The page resumes where playback stopped.
as nora
GET /watch/AAAAAAAAAA1
status 200
see data-resume-ms="32000"
limit queries 9 arena 400000

# After 10 minutes the player has to ask again; it continues its sequence.
clock +10m
as nora
body application/json
    {"t": "$NEXT", "q": 2, "r": [[32000, 36000]], "s": "play"}
POST /api/beat
status 401

as nora
body application/json
    {"video": "AAAAAAAAAA1", "t": "$NEXT"}
POST /api/play
status 200
json seq = 0

clock +630s
as nora
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
let TOKEN = json token

clock +640s
as nora
body application/json
    {"t": "$TOKEN", "q": 0, "r": [[32000, 36000]], "s": "play"}
POST /api/beat
status 200
let NEXT = json t

as nora
body application/json
    {"video": "AAAAAAAAAA1", "t": "$NEXT"}
POST /api/play
status 200
json seq = 1

as nora
body application/json
    {"video": "AAAAAAAAAA3", "t": "$NEXT"}
POST /api/play
status 200
json seq = 0

# A playback that nobody attends for two hours is worth nothing; a sign of life makes it count again.
as nora
body application/json
    {"video": "AAAAAAAAAA1", "i": 7195000}
POST /api/play
status 200
json ask_s = 7200
json break_s = 0
let IDLE = json token
job watch_flush
let BEFORE = db SELECT COUNT(*) FROM watch_seg
clock +660s
as nora
body application/json
    {"t": "$IDLE", "q": 0, "r": [[0, 15000]], "s": "play", "h": 0, "a": 0}
POST /api/beat
status 200
let IDLE = json t
job watch_flush
db SELECT COUNT(*) - $BEFORE FROM watch_seg -> 0
clock +675s
as nora
body application/json
    {"t": "$IDLE", "q": 1, "r": [[15000, 30000]], "s": "play", "h": 0, "a": 1}
POST /api/beat
status 200
job watch_flush
db SELECT COUNT(*) - $BEFORE FROM watch_seg -> 1

# More plays in a minute than anybody needs.
sql INSERT INTO throttle (scope, key_hash, window_ms, expires_ms, n)
    SELECT scope, key_hash, MAX(window_ms) + i * 60000, MAX(expires_ms) + i * 60000, 20
    FROM throttle JOIN (SELECT 1 AS i UNION SELECT 2) n WHERE scope = 'play' GROUP BY scope, key_hash, i
clock +700s
as nora
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 429

# The paid time ends: the page says so, and so does the play call.
clock +1000s
set paid nora until=1000 grace=1000
as nora
GET /watch/AAAAAAAAAA1
see This video is for members

as nora
accept application/json
body application/json
    {"video": "AAAAAAAAAA1"}
POST /api/play
status 402
set paid nora until=4000000000000

# Rating: not for visitors, not without subscription, not one's own; it can be undone.
POST /watch/AAAAAAAAAA1 rating=up
status 401

as quentin
POST /watch/AAAAAAAAAA1 rating=up
status 402

as cara
POST /watch/AAAAAAAAAA1 rating=up
status 403

as nora
csrf none
POST /watch/AAAAAAAAAA1 rating=up
status 403
db SELECT COUNT(*) FROM rating -> 0

as nora
POST /watch/AAAAAAAAAA1 rating=sideways
status 400
POST /watch/AAAAAAAAAA1 rating=up
status 303
head Location: /watch/AAAAAAAAAA1
db SELECT likes, dislikes FROM video WHERE public_id = 'AAAAAAAAAA1' -> 1,0
POST /watch/AAAAAAAAAA1 rating=up
db SELECT likes, dislikes FROM video WHERE public_id = 'AAAAAAAAAA1' -> 1,0
POST /watch/AAAAAAAAAA1 rating=down
db SELECT likes, dislikes FROM video WHERE public_id = 'AAAAAAAAAA1' -> 0,1

as nora
accept application/json
POST /watch/AAAAAAAAAA1 rating=none
status 200
json likes = 0
json dislikes = 0
json rating = none
db SELECT COUNT(*) FROM rating -> 0

as nora
POST /watch/AAAAAAAAAA2 rating=up
status 404

as nora
PATCH /watch/AAAAAAAAAA1
status 405
head Allow: GET, POST

# --- Related: what the last run of jobs/recommend found near a video, the nearest first, but no
# more than two of a creator in ten while there are others; then others of its creator and category.
# Videos that Nora disliked or marked as not interesting are left out, and those she has watched
# come last.
as dora
GET /subscribe
as emil
GET /subscribe
many 1..8 video NEAR------{n} by {n <= 3 ? 'dora' : 'emil'} category=5 title="Near {n}"
    visibility={n === 5 ? 'private' : 'public'} published={1000 + n}
video AAAAAAAAAA6 by cara title="Another of hers" length=60s
sql INSERT INTO reco_list (kind, id, made_ms, packed)
    SELECT 2, f.id, 1, GROUP_CONCAT(
        CONCAT(REVERSE(UNHEX(LPAD(HEX(v.id), 8, '0'))), UNHEX(s.score), UNHEX('00000000'))
        ORDER BY v.public_id SEPARATOR '')
    FROM video f, video v JOIN (
        SELECT 1 AS i, '0000A040' AS score UNION SELECT 2, '00008040' UNION SELECT 3, '00004040'
        UNION SELECT 4, '00000040' UNION SELECT 5, '0000C03F' UNION SELECT 6, '0000803F'
        UNION SELECT 7, '0000403F' UNION SELECT 8, '0000003F') s
    ON v.public_id = CONCAT('NEAR------', s.i)
    WHERE f.public_id = 'AAAAAAAAAA1' GROUP BY f.id
cache flush

accept application/json
GET /watch/AAAAAAAAAA1
json related.0.id = NEAR------1
json related.1.id = NEAR------2
json related.2.id = NEAR------4
json related.3.id = NEAR------6
json related.4.id = NEAR------3
json related.5.id = NEAR------7
json related.6.id = NEAR------8
json related.7.id = AAAAAAAAAA6
json related.length = 8

likes nora NEAR------6 value=-1
likes nora NEAR------4
uninterested nora NEAR------7
watched nora NEAR------1 position=96s
watched nora NEAR------2 position=40s
cache flush

as nora
accept application/json
GET /watch/AAAAAAAAAA1
json related.0.id = NEAR------2
json related.0.seen_percent = 40
json related.1.id = NEAR------3
json related.2.id = NEAR------4
json related.3.id = NEAR------8
json related.4.id = AAAAAAAAAA6
json related.5.id = NEAR------1
json related.length = 6

# The dislikes of others change nothing for Quentin.
as quentin
accept application/json
GET /watch/AAAAAAAAAA1
json related.length = 8

# Where nothing is known to be near, there are others of the creator and category.
as nora
accept application/json
GET /watch/AAAAAAAAAA6
json related.0.id = AAAAAAAAAA1
not NEAR------6

# A list that is damaged counts as none.
sql UPDATE reco_list SET packed = 'nonsense'
cache flush
as nora
accept application/json
GET /watch/AAAAAAAAAA1
json related.0.id = AAAAAAAAAA6
sql DELETE FROM reco_list

# What a page costs: at most ten statements with nothing in the cache, and then seven.
cache flush
as nora
GET /watch/AAAAAAAAAA1
limit queries 12 arena 500000

as nora
GET /watch/AAAAAAAAAA1
limit queries 9 arena 500000

# --- Opened from the home page: counted once for a member, video and day. Not for its creator, not
# for viewers who may not watch, and not from elsewhere.
paid cara
GET /watch/AAAAAAAAAA1?from=home
as quentin
GET /watch/AAAAAAAAAA1?from=home
as cara
GET /watch/AAAAAAAAAA1?from=home
as nora
GET /watch/AAAAAAAAAA1?from=elsewhere
GET /watch/AAAAAAAAAA2?from=home
status 404
job watch_flush
db SELECT COUNT(*) FROM exposure -> 0

as nora
GET /watch/AAAAAAAAAA1?from=home
status 200
see /watch/AAAAAAAAAA1">
not from=home
GET /watch/AAAAAAAAAA1?from=home
GET /watch/AAAAAAAAAA6?from=home
job watch_flush
db SELECT v.public_id, e.shown, e.opened FROM exposure e JOIN video v ON v.id = e.video_id ORDER BY v.id -> AAAAAAAAAA1,0,1;AAAAAAAAAA6,0,1
clock +26h
as nora
GET /watch/AAAAAAAAAA1?from=home
job watch_flush
db SELECT COUNT(*), COUNT(DISTINCT e.day) FROM exposure e JOIN video v ON v.id = e.video_id WHERE v.public_id = 'AAAAAAAAAA1' -> 2,2

# A preview that is not shorter than the video does not promise more seconds than there are.
video SSSSSSSSSSS by cara title=Long length=61s has_preview=1 allow_preview=1 published=now
as nobody
GET /watch/SSSSSSSSSSS
see Watch the first 60 seconds
not Watch this short video
