# Discovery: what the home page offers after jobs/recommend, in a world small enough to see what is
# right. Ann and Ben made 16 songs, Cat and Dan filmed 8 matches, long ago. Mara and Mike like all
# songs, Sara and Saul all matches. Two videos came an hour ago, and nobody has seen them.

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
let NELL = db SELECT id FROM user WHERE handle = 'nell'
let NORA = db SELECT id FROM user WHERE handle = 'nora'
let PAUL = db SELECT id FROM user WHERE handle = 'paul'
paid mona nell nora paul
many ann,ben,cat,dan,mara,mike,sara,saul member {n} name="The {n}"
many 1..16 video song{n} by {n % 2 ? 'ann' : 'ben'} title="Song {n}" views=1000
    published=-{3000000000 + n}ms
many 1..8 video match{n} by {n % 2 ? 'cat' : 'dan'} category=6 title="Match {n}" views=1000
    published=-{3000000000 + n}ms
video newsong by dan title="New song" published=-1h
video newmatch by ann category=6 title="New match" published=-1h
many 1..16 likes mara song{n} at=-{86400000 + n}ms
many 1..16 likes mike song{n} at=-{86400000 + n}ms
many 1..8 likes sara match{n} at=-{86400000 + n}ms
many 1..8 likes saul match{n} at=-{86400000 + n}ms
sql UPDATE video v SET likes = (SELECT COUNT(*) FROM rating r WHERE r.video_id = v.id)

# Mona liked ten of the songs, Song 10 last.
many 1..10 likes mona song{n} at=-{7200000 - n}ms
job recommend

# --- For you: the other songs, and why; none that she has liked. At most two of a creator in ten,
# so after two of Ann's and two of Ben's come others, though there are songs left.
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

# A share of the places is kept for videos that few have seen: the fifth, a song, because she likes
# music.
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

# --- A watched video disappears; one that was only begun is to be continued, and is offered again
# after 30 days; one that was watched for longer is not.
as mona
watched mona song11 position=98s watched=90s at=-1s
watched mona song12 position=20s watched=20s at=-1s
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

# --- A dislike and "less like this" remove a video, and it does not return: not after a run of the
# job, not when months have passed.
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

# When that is undone, it may be offered again at once.
as mona@later
POST /account/taste act=undo&video=00000match2&back=home
status 303
head Location: /?done=undone
GET /?done=undone
see This video may be offered again.
see /watch/00000match2
clock +0s

# --- When the history is forgotten, so is what was learnt from it. Nora watched five songs.
many 1..5 watched nora song{n} position=97s watched=97s at=-{60000 + n}ms
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

# --- While the history is paused, watching is credited to creators and teaches nothing.
sql INSERT INTO watch_history (user_id, from_ms) VALUES ($PAUL, 9223372036854775807)
many 1..16 credited paul song{n} unit=1 credited=90s
job recommend
db SELECT COUNT(*) FROM reco_list WHERE kind = 1 AND id = $PAUL -> 0

as paul
accept application/json
GET /
json for_you.length = 0

# --- New members are asked once what they like: those who skip that are not asked again ...
as paul
GET /
see What do you like?
see <details class="ask">
see Do not ask again
POST /account/taste act=skip&back=home
status 303
head Location: /?done=skipped
GET /
not What do you like?
db SELECT COUNT(*) FROM taste_category -> 0

# ... nor those who began to watch, liked or followed meanwhile ...
as lou
as fay
as wim
paid lou fay wim
as lou
GET /
see What do you like?
POST /watch/00000match1 rating=up
GET /
not What do you like?

as fay
POST /channel/cat follow=on
GET /
not What do you like?

watched wim 00000match1 position=50s
as wim
GET /
not What do you like?

# ... and those who choose get what is popular there.
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

# --- Followed creators have a row, with their newest videos that were not seen, from the next view
# on.
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

# --- A reset: the taste is forgotten, but videos that were seen are still not offered.
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

# --- No video that others may not see, though the lists hold it: private, blocked, or of a blocked
# member.
set video match4 visibility=private
set video match5 state=limited free=ready
set video match6 state=deleted
set member ben blocked=1
cache flush

as mona
GET /
not /watch/00000match4
not /watch/00000match5
not /watch/00000match6
not The ben
see /watch/00000match7

# One's own videos are not recommended either.
set video match7 owner=mona
cache flush

as mona
GET /
not /watch/00000match7

# --- Visitors without a subscription see none of that.
many 1..16 likes guest song{n} at=now

as guest
GET /
see href="/subscribe?next=%2F">Subscribe</a>
not For you
not Why
not Because
see /watch/000000song1"

as guest
accept application/json
GET /
json for_you.length = 0
json ask_categories = false

# --- Five favourite categories have a row each, named after them, with at most four videos, and no
# video is on the page twice. Mara likes 24 videos in each of them; Nell chooses them.
set member ben blocked=0
many 1..20 member maker{n} name="Maker {n}"
many 1..120 video more{n} by maker{1 + n % 20} category={[2, 3, 5, 8, 9][n % 5]}
    title="More {n}" views=1000 published=-{3000000000 + n}ms
many 1..120 likes mara more{n} at=-{n}ms
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

# Members who have seen everything that is new and popular are told so.
many 1..16 likes paul song{n} at=now
many 1..8 likes paul match{n} at=now
many 1..120 likes paul more{n} at=now
likes paul newsong newmatch at=now

as paul
GET /
see You are all caught up
not For you
not No videos yet
