# The history: what a member watched, only for them, and how they take it out.

as nobody
GET /account/history
status 303
head Location: /login?next=%2Faccount%2Fhistory

as nobody
POST /account/history do=clear
status 401

as vera
GET /account/history
status 200
see Nothing here

as cleo
GET /account/history
let VERA = db SELECT id FROM user WHERE handle = 'vera'
let CLEO = db SELECT id FROM user WHERE handle = 'cleo'
sql UPDATE user SET display_name = 'Cleo <b>' WHERE handle = 'cleo'
sql INSERT INTO video (public_id, user_id, category_id, title, visibility, state, poster_version, length_ms, created_ms, published_ms) VALUES ('AAAAAAAAAA1', $CLEO, 4, '"><script>alert(1)</script>', 'public', 'ready', 1, 200000, 1, 1), ('AAAAAAAAAA2', $CLEO, 4, 'Unlisted', 'unlisted', 'ready', 1, 100000, 1, 1), ('AAAAAAAAAA3', $CLEO, 4, 'Now private', 'private', 'ready', 1, 100000, 1, 1), ('AAAAAAAAAA4', $CLEO, 4, 'Now deleted', 'public', 'deleted', 1, 100000, 1, 1), ('AAAAAAAAAA5', $CLEO, 4, 'Now blocked', 'public', 'blocked', 1, 100000, 1, 1), ('BBBBBBBBBB1', $VERA, 4, 'My own private one', 'private', 'ready', 0, 0, 1, 1)
sql INSERT INTO watch_position (user_id, video_id, position_ms, updated_ms) SELECT $VERA, id, 50000, UNIX_TIMESTAMP() * 1000 - 7200000 - id FROM video
sql INSERT INTO watch_position (user_id, video_id, position_ms, updated_ms) SELECT $CLEO, id, 50000, 1 FROM video WHERE public_id = 'AAAAAAAAAA2'

# --- The list: what may still be seen, and how far it was watched.
as vera
GET /account/history
status 200
limit queries 3
see &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;
see Cleo &lt;b&gt;
see watched 2 hours ago
see <progress value="25" max="100" aria-label="Watched">
see <progress value="50" max="100" aria-label="Watched">
see Unlisted
see My own private one
not <script>alert
not Now private
not Now deleted
not Now blocked
not AAAAAAAAAA3

as-token vera
accept application/json
GET /account/history
status 200
json videos.0.id = AAAAAAAAAA1
json videos.0.title = "\"><script>alert(1)</script>"
json videos.0.seen_percent = 25
json videos.2.seen_percent = 0
json next_url = ""

sql UPDATE user SET blocked = 1 WHERE handle = 'cleo'
as vera
GET /account/history
not Unlisted
see My own private one
sql UPDATE user SET blocked = 0 WHERE handle = 'cleo'

# --- By day, and by words in the title or the channel's name; JSON has the same.
sql UPDATE watch_position SET updated_ms = updated_ms - 86400000 WHERE user_id = $VERA AND video_id = (SELECT id FROM video WHERE public_id = 'AAAAAAAAAA2')
sql UPDATE watch_position SET updated_ms = updated_ms - 5 * 86400000 WHERE user_id = $VERA AND video_id = (SELECT id FROM video WHERE public_id = 'BBBBBBBBBB1')
sql UPDATE watch_position SET updated_ms = UNIX_TIMESTAMP() * 1000 WHERE user_id = $VERA AND video_id = (SELECT id FROM video WHERE public_id = 'AAAAAAAAAA1')
as vera
GET /account/history
see <h2>Today</h2>
see <h2>The last 7 days</h2>
not <h2>Earlier</h2>
see no longer counts for recommendations
GET /account/history?words=unLISTED
see Unlisted
see value="unLISTED"
not My own private one
not alert(1)
GET /account/history?words=Cleo
see Unlisted
not My own private one
GET /account/history?words=%25
see Nothing with “%”
GET /account/history?words=<script>x
see Nothing with “&lt;script&gt;x”
not <script>x
GET /account/history?page=7
see Nothing more here

as-token vera
accept application/json
GET /account/history?words=private
json words = private
json videos.0.title = "My own private one"
json videos.length = 1

# --- Pages.
sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, created_ms, published_ms) SELECT CONCAT('CCCCCCCCC', seq), $CLEO, 1, CONCAT('Number ', seq), 'ready', 1000, 1, 1 FROM (SELECT 10 AS seq UNION SELECT 11 UNION SELECT 12 UNION SELECT 13 UNION SELECT 14 UNION SELECT 15 UNION SELECT 16 UNION SELECT 17 UNION SELECT 18 UNION SELECT 19 UNION SELECT 20 UNION SELECT 21 UNION SELECT 22 UNION SELECT 23 UNION SELECT 24 UNION SELECT 25 UNION SELECT 26 UNION SELECT 27 UNION SELECT 28 UNION SELECT 29 UNION SELECT 30 UNION SELECT 31 UNION SELECT 32 UNION SELECT 33) numbers
sql INSERT INTO watch_position (user_id, video_id, position_ms, updated_ms) SELECT $VERA, id, 1000, UNIX_TIMESTAMP() * 1000 FROM video WHERE public_id LIKE 'CCCC%'
as vera
GET /account/history
see Number 10
see href="/account/history?page=2"
not Unlisted
GET /account/history?page=2
see Unlisted
see href="/account/history?page=1"
not Number 10
sql DELETE FROM video WHERE public_id LIKE 'CCCC%'

# --- Taking out.
as vera
csrf none
POST /account/history do=clear
status 403

as vera
POST /account/history do=nonsense
status 400
POST /account/history
status 400
db SELECT COUNT(*) FROM watch_position WHERE user_id = $VERA -> 6

as vera
POST /account/history do=remove&video=AAAAAAAAAA2
status 303
head Location: /account/history?done=removed
db SELECT COUNT(*) FROM watch_position WHERE user_id = $VERA -> 5
db SELECT COUNT(*) FROM watch_position WHERE user_id = $CLEO -> 1
GET /account/history?done=removed
see The video has been removed from your history.
not Unlisted

# Back to where it was looked at.
as vera
POST /account/history do=remove&video=nonsense&words=a b&page=2
status 303
head Location: /account/history?words=a%20b&page=2&done=removed
POST /account/history do=remove&video=nonsense&words=&page=1
head Location: /account/history?done=removed
POST /account/history do=remove&video=nonsense&page=0
status 400

# Again, or one that is not in it: nothing to do.
as vera
POST /account/history do=remove&video=AAAAAAAAAA2
status 303
POST /account/history do=remove&video='; DROP TABLE user
status 303
POST /account/history do=remove
status 303
db SELECT COUNT(*) FROM watch_position WHERE user_id = $VERA -> 5

as vera
POST /account/history do=clear
status 303
head Location: /account/history?done=cleared
db SELECT COUNT(*) FROM watch_position WHERE user_id = $VERA -> 0
db SELECT COUNT(*) FROM watch_position WHERE user_id = $CLEO -> 1
GET /account/history?done=cleared
see Your history has been cleared.
see Nothing here

# --- Pausing: nothing is added, until it goes on. (What beats add to it: tests/beats.test.mjs.)
as vera
GET /account/history
see Pause history
as-token vera
accept application/json
GET /account/history
json paused = false

as vera
POST /account/history do=pause
status 303
head Location: /account/history?done=paused
GET /account/history?done=paused
see Your history is paused: videos you watch are not added to it.
see Resume history
POST /account/history do=clear
status 303
as-token vera
accept application/json
GET /account/history
json paused = true

as vera
POST /account/history do=resume
status 303
head Location: /account/history?done=resumed
GET /account/history?done=resumed
see Videos you watch from now on are added to your history again.
see Pause history
as cleo
GET /account/history
see Pause history

as vera
DELETE /account/history
status 405
head Allow: GET, POST

as vera
body application/x-www-form-urlencoded zeros 2000
POST /account/history
status 413
