# The history: what a member watched, shown only to them, and how they remove it.

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
set member cleo name="Cleo <b>"
video AAAAAAAAAA1 by cleo title="\"><script>alert(1)</script>" poster=1 length=200s
video AAAAAAAAAA2 by cleo title=Unlisted visibility=unlisted poster=1
video AAAAAAAAAA3 by cleo title="Now private" visibility=private poster=1
video AAAAAAAAAA4 by cleo title="Now deleted" state=deleted poster=1
video AAAAAAAAAA5 by cleo title="Now blocked" state=limited poster=1
video BBBBBBBBBB1 by vera title="My own private one" visibility=private length=0
many 1..5 watched vera AAAAAAAAAA{n} at=-{7200000 + n}ms
watched vera BBBBBBBBBB1 at=-7200006ms
watched cleo AAAAAAAAAA2

# --- The list: videos that may still be seen, and how far they were watched.
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

set member cleo blocked=1
as vera
GET /account/history
not Unlisted
see My own private one
set member cleo blocked=0

# --- By day, and by words in the title or the channel's name; JSON has the same.
set watched vera AAAAAAAAAA2 at=-26h
set watched vera BBBBBBBBBB1 at=-122h
set watched vera AAAAAAAAAA1 at=now
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
many 10..33 video CCCCCCCCC{n} by cleo category=1 title="Number {n}" length=1s
many 10..33 watched vera CCCCCCCCC{n} position=1s at=now
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

# --- Removing.
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

# Back to the page and the search that it was removed from.
as vera
POST /account/history do=remove&video=nonsense&words=a b&page=2
status 303
head Location: /account/history?words=a%20b&page=2&done=removed
POST /account/history do=remove&video=nonsense&words=&page=1
head Location: /account/history?done=removed
POST /account/history do=remove&video=nonsense&page=0
status 400

# Removing again, or removing a video that is not in it: nothing to do.
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

# --- Pausing: nothing is added until it is resumed. (What beats add to it: tests/beats.test.mjs.)
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
