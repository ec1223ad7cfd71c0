# Discovery: what the home page offers, after jobs/recommend, in a world small enough to see what is
# right. Ann and Ben made 16 songs, Cat and Dan filmed 8 matches, long ago. Mara and Mike like all songs,
# Sara and Saul all matches. Two videos came an hour ago, and nobody has seen them.

as mona
GET /account/taste
as nell
GET /account/taste
as nora
GET /account/taste
as paul
GET /account/taste
as guest
GET /account/taste
let MONA = db SELECT id FROM user WHERE handle = 'mona'
let NELL = db SELECT id FROM user WHERE handle = 'nell'
let NORA = db SELECT id FROM user WHERE handle = 'nora'
let PAUL = db SELECT id FROM user WHERE handle = 'paul'
let GUEST = db SELECT id FROM user WHERE handle = 'guest'
sql INSERT INTO subscription (user_id, provider, anchor_ms, months, paid_until_ms, grace_until_ms) SELECT id, 'test', 0, 1, 4000000000000, 4000000000000 FROM user WHERE handle <> 'guest'
sql INSERT INTO user (email, handle, display_name, created_ms) SELECT CONCAT(h, '@example.org'), h, CONCAT('The ', h), 1 FROM (SELECT 'ann' AS h UNION SELECT 'ben' UNION SELECT 'cat' UNION SELECT 'dan' UNION SELECT 'mara' UNION SELECT 'mike' UNION SELECT 'sara' UNION SELECT 'saul') names
sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, views, created_ms, published_ms) SELECT LPAD(CONCAT('song', seq), 11, '0'), (SELECT id FROM user WHERE handle = IF(seq % 2, 'ann', 'ben')), 4, CONCAT('Song ', seq), 'ready', 100000, 1000, 1, UNIX_TIMESTAMP() * 1000 - 3000000000 - seq FROM seq_1_to_16
sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, views, created_ms, published_ms) SELECT LPAD(CONCAT('match', seq), 11, '0'), (SELECT id FROM user WHERE handle = IF(seq % 2, 'cat', 'dan')), 6, CONCAT('Match ', seq), 'ready', 100000, 1000, 1, UNIX_TIMESTAMP() * 1000 - 3000000000 - seq FROM seq_1_to_8
sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, created_ms, published_ms) VALUES ('0000newsong', (SELECT id FROM user WHERE handle = 'dan'), 4, 'New song', 'ready', 100000, 1, UNIX_TIMESTAMP() * 1000 - 3600000), ('000newmatch', (SELECT id FROM user WHERE handle = 'ann'), 6, 'New match', 'ready', 100000, 1, UNIX_TIMESTAMP() * 1000 - 3600000)
sql INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT v.id, u.id, 1, UNIX_TIMESTAMP() * 1000 - 86400000 - v.id FROM video v JOIN user u ON (u.handle IN ('mara', 'mike') AND v.title LIKE 'Song%') OR (u.handle IN ('sara', 'saul') AND v.title LIKE 'Match%')
sql UPDATE video v SET likes = (SELECT COUNT(*) FROM rating r WHERE r.video_id = v.id)

# Mona liked ten of the songs, Song 10 last.
sql INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT id, $MONA, 1, UNIX_TIMESTAMP() * 1000 - 7200000 + id FROM video WHERE title LIKE 'Song%' ORDER BY id LIMIT 10
job recommend

# --- For you: the other songs, and why; nothing that she has liked. Not more than two of a creator in
# ten, so after two of Ann's and two of Ben's come others, though there are songs left.
as mona
accept application/json
GET /
status 200
head Server-Timing: merge;dur=
limit queries 6
json for_you.0.category = music
json for_you.0.why.code = liked
json for_you.1.why.code = liked
json for_you.3.category = music
json for_you.5.category = sports
json for_you.5.why.code = popular
json for_you.5.why.video_id = ""
json ask_categories = false

# A share of the places is kept for what few have seen: the fifth, with a song, for she likes music.
as mona
accept application/json
GET /
limit queries 2
json for_you.4.id = 0000newsong
json for_you.4.why.code = new
json for_you.4.why.text = "New, and few members have seen it yet"

as mona
GET /
see Because you liked Song
see New, and few members have seen it yet
see New here
see Popular now
see /watch/00000song11?from=home
not /watch/000000song1"
not /watch/000000song1?
not /watch/00000song10
not What do you like?
limit queries 2

# --- A like changes the next view.
as mona
POST /watch/00000match1 rating=up
status 303
GET /
see Because you liked Match 1<
not /watch/00000match1"
not /watch/00000match1?
POST /watch/00000match1 rating=none
GET /
not Because you liked Match 1<

# --- What is watched disappears; what was only begun is to be continued, and offered again after 30
# days; what was watched for longer is not.
as mona
sql INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms) SELECT $MONA, id, IF(title = 'Song 11', 98000, 20000), IF(title = 'Song 11', 90000, 20000), UNIX_TIMESTAMP() * 1000 - 1000 FROM video WHERE title IN ('Song 11', 'Song 12')
GET /
not /watch/00000song11
see Continue watching
see /watch/00000song12"
not /watch/00000song12?

as mona
accept application/json
GET /
json unfinished.length = 1
json unfinished.0.id = 00000song12
json unfinished.0.seen_percent = 20

# --- A dislike and "less like this" take a video away, and it does not return: not after a run of the job,
# not when months have passed.
as mona
POST /watch/00000song13 rating=down
status 303
POST /account/taste act=less&video=00000match2&back=home
status 303
head Location: /?done=less&video=00000match2
GET /
not /watch/00000song13
not /watch/00000match2
job recommend

clock +60d

as mona@later
GET /
see For you
not /watch/00000song13
not /watch/00000match2
not /watch/00000song11
not /watch/000000song1"

# Taken back, it may be offered again at once.
as mona@later
POST /account/taste act=undo&video=00000match2&back=home
status 303
head Location: /?done=undone
GET /?done=undone
see This video may be offered again.
see /watch/00000match2
clock +0s

# --- Where the history is forgotten, so is what was learnt of it. Nora watched five songs.
sql INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms) SELECT $NORA, id, 97000, 97000, UNIX_TIMESTAMP() * 1000 - 60000 - id FROM video WHERE title LIKE 'Song%' ORDER BY id LIMIT 5
job recommend

as nora
accept application/json
GET /
json for_you.0.category = music

as nora
GET /
see Popular in Music, which you often watch
not /watch/000000song1"
POST /account/history do=clear
status 303

as nora
accept application/json
GET /
json for_you.length = 0
json categories.length = 0
db SELECT COUNT(*) FROM reco_list WHERE kind = 1 AND id = $NORA -> 0

# --- While the history is paused, what is watched is credited to its creator and teaches nothing.
sql INSERT INTO watch_history (user_id, from_ms) VALUES ($PAUL, 9223372036854775807)
sql INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost) SELECT $PAUL, UNIX_TIMESTAMP() DIV 86400, id, user_id, 1, 90000, 90000, 0 FROM video WHERE title LIKE 'Song%'
job recommend
db SELECT COUNT(*) FROM reco_list WHERE kind = 1 AND id = $PAUL -> 0

as paul
accept application/json
GET /
json for_you.length = 0

# --- New members are asked once what they like: whoever skips that is not asked again ...
as paul
GET /
see What do you like?
see Skip
POST /account/taste act=skip&back=home
status 303
head Location: /?done=skipped
GET /
not What do you like?
db SELECT COUNT(*) FROM taste_category -> 0

# ... and whoever chooses gets what is popular there.
as nell
GET /
see What do you like?
not For you
POST /account/taste act=choose&category=sports&back=home
status 303
head Location: /?done=chosen
GET /
not What do you like?
see For you
see Popular in Sports, which you chose

as nell
accept application/json
GET /
json for_you.0.category = sports
json for_you.0.why.code = category

# --- Who is followed has a row, with the newest that were not seen, from the next view on.
as nell
POST /channel/cat follow=on
status 303
GET /
see From creators you follow

as nell
accept application/json
GET /
json followed.length = 4
json followed.0.id = 00000match1
json followed.1.id = 00000match3

as nell
POST /watch/00000match1 rating=up
GET /
not /watch/00000match1"
POST /channel/cat follow=off
GET /
not From creators you follow

# --- A reset: the taste is forgotten, and what was seen is not offered all the same.
as mona
POST /account/taste act=reset&sure=yes
status 303

as mona
accept application/json
GET /
json for_you.length = 0
json categories.length = 0

as mona
GET /
not /watch/000000song1"
not /watch/00000song13
POST /watch/00000match3 rating=up
GET /
see For you
see Popular in Sports, which you often watch
job recommend

as mona
accept application/json
GET /
json for_you.0.category = sports

# --- Nothing that nobody may see, though the lists hold it: private, blocked, or of a blocked member.
sql UPDATE video SET visibility = IF(title = 'Match 4', 'private', visibility), state = IF(title = 'Match 5', 'blocked', IF(title = 'Match 6', 'deleted', state)) WHERE title LIKE 'Match%'
sql UPDATE user SET blocked = 1 WHERE handle = 'ben'
cache flush

as mona
GET /
not /watch/00000match4
not /watch/00000match5
not /watch/00000match6
not The ben
see /watch/00000match7

# One's own videos are not recommended either.
sql UPDATE video SET user_id = $MONA WHERE title = 'Match 7'
cache flush

as mona
GET /
not /watch/00000match7

# --- Who has no subscription sees nothing of all that.
sql INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT id, $GUEST, 1, UNIX_TIMESTAMP() * 1000 FROM video WHERE title LIKE 'Song%'

as guest
GET /
see href="/subscribe">Subscribe</a>
not For you
not Why
not Because
see /watch/000000song1"

as guest
accept application/json
GET /
json for_you.length = 0
json ask_categories = false

# --- Five favourite categories have a row each, named after them, of at most four, and no video is twice
# on the page. Mara likes 24 videos in each of them; Nell chooses them.
sql UPDATE user SET blocked = 0
sql INSERT INTO user (email, handle, display_name, created_ms) SELECT CONCAT('c', seq, '@example.org'), CONCAT('maker', seq), CONCAT('Maker ', seq), 1 FROM seq_1_to_20
sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, views, created_ms, published_ms) SELECT LPAD(CONCAT('more', seq), 11, '0'), (SELECT id FROM user WHERE handle = CONCAT('maker', 1 + seq % 20)), ELT(1 + seq % 5, 2, 3, 5, 8, 9), CONCAT('More ', seq), 'ready', 100000, 1000, 1, UNIX_TIMESTAMP() * 1000 - 3000000000 - seq FROM seq_1_to_120
sql INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT v.id, u.id, 1, UNIX_TIMESTAMP() * 1000 - v.id FROM video v JOIN user u ON u.handle = 'mara' WHERE v.title LIKE 'More%'
sql DELETE FROM rating WHERE user_id = $NELL
job recommend

as nell
POST /account/taste act=choose&category=fun&category=educational&category=news&category=technology-and-gadgets-reviews&category=cooking-and-recipes
status 303

as nell
accept application/json
GET /
json for_you.length = 20
json categories.length = 5
json categories.0.videos.length = 4
json categories.4.videos.length = 4
json categories.4.videos.0.why.code = category
json popular.length = 8

# Who has seen all that there is new and popular is told so.
sql INSERT INTO rating (video_id, user_id, value, rated_ms) SELECT id, $PAUL, 1, UNIX_TIMESTAMP() * 1000 FROM video

as paul
GET /
see You are all caught up
not For you
not No videos yet
