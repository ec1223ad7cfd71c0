# What a member's recommendations are based on, and what they say about them.

as nobody
GET /account/taste
status 303
head Location: /login?next=%2Faccount%2Ftaste

as nobody
POST /account/taste act=reset&sure=yes
status 401

# Nothing yet.
as mia
GET /account/taste
status 200
limit queries 5
see You have no favourite categories yet.
see About 15 in 100 places in “For you” are kept for new videos that few members have seen yet
see aria-current="page">Recommendations
see Book Reviews
not Undo

as mia
GET /account
see href="/account/taste"

as carl
GET /account/taste
let MIA = db SELECT id FROM user WHERE handle = 'mia'
let CARL = db SELECT id FROM user WHERE handle = 'carl'
video MMMMMMMMMM1 by carl title="Song <b>"
video MMMMMMMMMM2 by carl title=Ballad
video SSSSSSSSSS1 by carl category=6 title=Match
video PPPPPPPPPP1 by carl category=6 title=Private visibility=private

# --- Favourite categories: three of four videos are songs.
likes mia MMMMMMMMMM1 MMMMMMMMMM2 SSSSSSSSSS1 at=now
as-token mia
accept application/json
GET /account/taste
status 200
json favourites.length = 2
json favourites.0.name = Music
json favourites.0.percent = 66
json favourites.0.chosen = false
json favourites.1.name = Sports
json favourites.1.percent = 34
json not_interested.length = 0
json unproven_percent = 15
json reset_ms = 0

# --- Choosing: at most five, known ones; after a refusal the ticks are kept.
as mia
POST /account/taste act=choose&category=music&category=fun&category=news&category=sports&category=travel-vlogs&category=gaming-and-esports
status 400
see Choose at most 5 categories
see value="travel-vlogs" checked
POST /account/taste act=choose&category=nonsense
status 400
see Choose from the categories offered.
POST /account/taste act=nonsense
status 400
POST /account/taste
status 400
csrf none
POST /account/taste act=choose&category=fun
status 403
db SELECT COUNT(*) FROM taste_category -> 0

as mia
POST /account/taste act=choose&category=fun&category=music&category=music
status 303
head Location: /account/taste?done=chosen
db SELECT GROUP_CONCAT(category_id ORDER BY category_id) FROM taste_category WHERE user_id = $MIA -> 2,4
GET /account/taste?done=chosen
see Saved. Popular videos from these categories
see Chosen by you
see value="fun" checked

as-token mia
accept application/json
GET /account/taste
json favourites.0.name = Music
json favourites.0.chosen = true
json favourites.length = 3

# Others instead, and none.
as-token mia
accept application/json
body application/json
  { "act": "choose", "category": ["news", "fun"] }
POST /account/taste
status 200
json done = chosen
db SELECT GROUP_CONCAT(category_id ORDER BY category_id) FROM taste_category WHERE user_id = $MIA -> 2,5

as mia
POST /account/taste act=choose
status 303
db SELECT COUNT(*) FROM taste_category -> 0

# --- Less like this, and undoing it; from the home page it leads back there.
as mia
POST /account/taste act=less&video=SSSSSSSSSS1&back=home
status 303
head Location: /?done=less&video=SSSSSSSSSS1
POST /account/taste act=less&video=MMMMMMMMMM1
status 303
head Location: /account/taste?done=less
db SELECT COUNT(*) FROM not_interested WHERE user_id = $MIA -> 2
POST /account/taste act=less&video=SSSSSSSSSS1
status 303
db SELECT COUNT(*) FROM not_interested WHERE user_id = $MIA -> 2
GET /account/taste
see Song &lt;b&gt;
see value="SSSSSSSSSS1"
not Song <b>

as mia
GET /?done=less&video=SSSSSSSSSS1
see Removed. We will offer you less like this.
see name="video" value="SSSSSSSSSS1"
see Undo
GET /?done=less&video="><script>
not <script>

as mia
POST /account/taste act=less&video=PPPPPPPPPP1
status 404
POST /account/taste act=less&video='; DROP TABLE user
status 404
POST /account/taste act=less
status 404

as carl
GET /account/taste
not Match
POST /account/taste act=undo&video=SSSSSSSSSS1
status 303
db SELECT COUNT(*) FROM not_interested WHERE user_id = $MIA -> 2

# A video that nobody may see now is not listed, but stays unwanted.
set video MMMMMMMMMM1 visibility=private
as-token mia
accept application/json
GET /account/taste
json not_interested.length = 1
json not_interested.0.id = SSSSSSSSSS1
json not_interested.0.channel.handle = carl
set video MMMMMMMMMM1 visibility=public

# What was learnt from it is deleted with it.
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, '')
as mia
POST /account/taste act=undo&video=SSSSSSSSSS1
status 303
head Location: /account/taste?done=undone
db SELECT COUNT(*) FROM not_interested WHERE user_id = $MIA -> 1
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0

# --- Resetting, after a confirmation.
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, ''), (1, $CARL, 1, '')
as mia
POST /account/taste act=reset
status 400
see Tick the box if you really want this.
see aria-invalid="true"
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 1

as mia
POST /account/taste act=reset&sure=yes
status 303
head Location: /account/taste?done=reset
GET /account/taste?done=reset
see Your recommendations have been reset.
see Reset on
see You have no favourite categories yet.
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0
db SELECT COUNT(*) FROM reco_list WHERE id = $CARL -> 1
db SELECT COUNT(*) FROM rating WHERE user_id = $MIA -> 3

# --- Ratings and the history: what is taken back is forgotten, what is added is not.
as mia
paid mia
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, '')
sql DELETE FROM rating WHERE user_id = $MIA
POST /watch/MMMMMMMMMM2 rating=up
status 303
POST /watch/MMMMMMMMMM2 rating=up
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 1
POST /watch/MMMMMMMMMM2 rating=down
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, '')
POST /watch/MMMMMMMMMM2 rating=none
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, '')
POST /watch/MMMMMMMMMM2 rating=none
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 1
POST /account/history do=remove&video=MMMMMMMMMM2
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0
sql INSERT INTO reco_list (kind, id, made_ms, packed) VALUES (1, $MIA, 1, '')
POST /account/history do=clear
db SELECT COUNT(*) FROM reco_list WHERE id = $MIA -> 0

as mia
DELETE /account/taste
status 405
head Allow: GET, POST

as mia
body application/x-www-form-urlencoded zeros 5000
POST /account/taste
status 413

# A reminder to take a break, which the player asks for.
as rosa
GET /account/taste
see A reminder to take a break
see name="minutes" value="0" checked
POST /account/taste act=break&minutes=60
status 303
GET /account/taste?done=break
see name="minutes" value="60" checked
see It counts from the next video on.
accept application/json
GET /account/taste
json breaks.2.minutes = 60
json breaks.2.chosen = true
POST /account/taste act=break&minutes=61
status 400
POST /account/taste act=break&minutes=0
status 200
db SELECT COUNT(*) FROM watch_break -> 0
