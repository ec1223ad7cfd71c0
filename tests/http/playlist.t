# Playlists: one's own, saving a video from its page, who may see what, and order.

as nobody
GET /playlists
status 303
head Location: /login?next=%2Fplaylists

as nobody
POST /playlists do=later&video=AAAAAAAAAA1&later=on
status 401

as vera
GET /playlists
status 200
see No playlists yet
not <details class="more" open>
see New playlist

as cleo
GET /playlists
video AAAAAAAAAA1 by cleo title="First <film>" length=200s
video AAAAAAAAAA2 by cleo title=Second
video AAAAAAAAAA3 by cleo title=Third
video AAAAAAAAAA4 by cleo title="By link" visibility=unlisted
video AAAAAAAAAA5 by cleo title="Of Cleo alone" visibility=private
video BBBBBBBBBB1 by vera title="Of Vera alone" visibility=private length=1s
video BBBBBBBBBB2 by vera title="Not ready" state=processing

# --- Watch later: one press puts a video in, another takes it out.
as vera
GET /watch/AAAAAAAAAA1
see <button name="later" value="on" data-key="later" data-on="on" data-off="off" data-icon="later" aria-pressed="false">Watch later</button>
POST /playlists do=later&video=AAAAAAAAAA1&later=on
status 303
head Location: /watch/AAAAAAAAAA1?done=saved
POST /playlists do=later&video=AAAAAAAAAA1&later=on
status 303
POST /playlists do=later&video=AAAAAAAAAA2&later=on
db SELECT kind, title, visibility FROM playlist -> later,Watch later,private
db SELECT v.title FROM playlist_video e JOIN video v ON v.id = e.video_id ORDER BY e.place -> Second;First <film>
GET /watch/AAAAAAAAAA1?done=saved
see Your playlists have been updated.
see <button name="later" value="off" data-key="later" data-on="on" data-off="off" data-icon="later" aria-pressed="true">Watch later</button>
POST /playlists do=later&video=AAAAAAAAAA2&later=off
status 303
POST /playlists do=later&video=AAAAAAAAAA2&later=off
status 303
db SELECT COUNT(*) FROM playlist_video -> 1
POST /playlists do=later&video=AAAAAAAAAA5&later=on
status 404
POST /playlists do=later&video=BBBBBBBBBB2&later=on
status 404
POST /playlists do=later&video=nonsense&later=on
status 404
POST /playlists do=later&video=AAAAAAAAAA1&later=perhaps
status 400
POST /playlists do=nonsense
status 400
GET /watch/BBBBBBBBBB2
not Watch later

as nobody
GET /watch/AAAAAAAAAA1
not Watch later
not name="had"

as-token vera
accept application/json
POST /playlists do=later&video=AAAAAAAAAA2&later=on
status 200
json later = on
POST /playlists do=later&video=AAAAAAAAAA2&later=off
json later = off
GET /watch/AAAAAAAAAA1
json later = true

as vera
csrf none
POST /playlists do=later&video=AAAAAAAAAA2&later=on
status 403

as vera
header Origin: https://evil.example
POST /playlists do=later&video=AAAAAAAAAA2&later=on
status 403
db SELECT COUNT(*) FROM playlist_video -> 1

# It keeps its name, belongs to one member only and cannot be deleted.
let LATER = db SELECT public_id FROM playlist

as vera
GET /playlists
see href="/playlist/$LATER">Watch later</a>
see 1 video
GET /playlist/$LATER
status 200
head X-Robots-Tag: noindex
see First &lt;film&gt;
see href="/watch/AAAAAAAAAA1?list=$LATER"
not /edit"
GET /playlist/$LATER/edit
status 404
POST /playlist/$LATER do=delete
status 403
POST /playlist/$LATER do=edit&title=Mine
status 403

as cleo
GET /playlist/$LATER
status 404
POST /playlist/$LATER do=add&video=AAAAAAAAAA1
status 404

as nobody
GET /playlist/$LATER
status 404
POST /playlist/$LATER do=remove&video=AAAAAAAAAA1
status 401

# --- One's own list: made, refused, changed, deleted.
as vera
POST /playlists do=create&title=&description=Kept words&visibility=public
status 400
see Give the playlist a title.
see Kept words</textarea>
see <details class="more" open>
see value="public" checked
POST /playlists do=create&title=Films&visibility=secret
status 400
see Choose who may see it
see value="Films"
db SELECT COUNT(*) FROM playlist -> 1
POST /playlists do=create&title= My  <b>films</b> &description=One line&visibility=private
status 303
let LIST = head Location: /playlist/(.{11})\?done=created
GET /playlist/$LIST?done=created
status 200
see The playlist has been created.
see <h1>My &lt;b&gt;films&lt;/b&gt;</h1>
see One line
see Nothing here yet
see only you can see it
not Play all
not <b>films

# A title of 121 characters.
as vera
POST /playlist/$LIST do=edit&title=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
status 400
see A title may have at most 120 characters; this one has 121.
see One line</textarea>
GET /playlist/$LIST/edit
see value="My &lt;b&gt;films&lt;/b&gt;"
see Delete for good
POST /playlist/$LIST do=edit&title=Films
status 303
head Location: /playlist/$LIST?done=saved
db SELECT title, description, visibility FROM playlist WHERE kind = 'list' -> Films,One line,private

as cleo
GET /playlist/$LIST
status 404
GET /playlist/$LIST/edit
status 404
POST /playlist/$LIST do=edit&title=Hacked&visibility=public
status 404
POST /playlist/$LIST do=delete
status 404

as vera
csrf none
POST /playlist/$LIST do=delete
status 403

# --- Adding, and what the owner and others see.
as vera
POST /playlist/$LIST do=add&video=AAAAAAAAAA1
status 303
head Location: /playlist/$LIST
POST /playlist/$LIST do=add&video=AAAAAAAAAA1
status 303
POST /playlist/$LIST do=add&video=AAAAAAAAAA4
POST /playlist/$LIST do=add&video=BBBBBBBBBB1
POST /playlist/$LIST do=add&video=AAAAAAAAAA2
POST /playlist/$LIST do=add&video=AAAAAAAAAA5
status 404
POST /playlist/$LIST do=add
status 404
POST /playlist/$LIST do=edit&visibility=unlisted
db SELECT COUNT(*) FROM playlist_video e JOIN playlist p ON p.id = e.playlist_id WHERE p.kind = 'list' -> 4
GET /playlist/$LIST
see 4 videos
see href="/watch/AAAAAAAAAA1?list=$LIST" data-icon="play">Play all</a>
see By link
see Of Vera alone
see anyone with the link can see it
see data-copy="
limit queries 4 arena 120000

as nobody
GET /playlist/$LIST
status 200
head X-Robots-Tag: noindex
see 2 videos
see First &lt;film&gt;
see Second
see href="/channel/vera"
not By link
not Of Vera alone
not AAAAAAAAAA4
not BBBBBBBBBB1
not name="do"
not No longer available

as cleo
GET /playlist/$LIST
see 2 videos
not By link
not name="do"

# Videos that disappear: the owner is told, others are not.

set video AAAAAAAAAA1 visibility=private title="A secret now"
set video AAAAAAAAAA4 state=deleted
as vera
GET /playlist/$LIST
see No longer available
see value="AAAAAAAAAA4">
see href="/watch/BBBBBBBBBB1?list=$LIST" data-icon="play">Play all</a>
not A secret now
not href="/watch/AAAAAAAAAA1

as-token vera
accept application/json
GET /playlist/$LIST
json title = Films
json video_count = 4
json videos.0.id = AAAAAAAAAA1
json videos.0.available = false
json videos.0.video = null
json videos.2.video.title = "Of Vera alone"
json videos.2.number = 3

as nobody
accept application/json
GET /playlist/$LIST
json video_count = 1
json videos.0.number = 1
json videos.0.video.title = Second

as vera
POST /playlist/$LIST do=remove&video=AAAAAAAAAA4
status 303
POST /playlist/$LIST do=remove&video=AAAAAAAAAA4
status 303

set member cleo blocked=1
as vera
GET /playlist/$LIST
not Second
see Of Vera alone
set member cleo blocked=0
set video AAAAAAAAAA1 visibility=public title="First <film>"

# --- Order. It was 1, Vera's own, 2.
as vera
POST /playlist/$LIST do=up&video=AAAAAAAAAA2
status 303
head Location: /playlist/$LIST?page=1#v-AAAAAAAAAA2
POST /playlist/$LIST do=first&video=BBBBBBBBBB1
db SELECT v.public_id FROM playlist_video e JOIN video v ON v.id = e.video_id JOIN playlist p ON p.id = e.playlist_id WHERE p.kind = 'list' ORDER BY e.place -> BBBBBBBBBB1;AAAAAAAAAA1;AAAAAAAAAA2
POST /playlist/$LIST do=down&video=BBBBBBBBBB1
POST /playlist/$LIST do=last&video=AAAAAAAAAA1
db SELECT v.public_id FROM playlist_video e JOIN video v ON v.id = e.video_id JOIN playlist p ON p.id = e.playlist_id WHERE p.kind = 'list' ORDER BY e.place -> BBBBBBBBBB1;AAAAAAAAAA2;AAAAAAAAAA1
POST /playlist/$LIST do=up&video=AAAAAAAAAA3
status 404
POST /playlist/$LIST do=sideways&video=AAAAAAAAAA2
status 400
POST /playlist/$LIST/edit do=delete
status 405

as-token vera
accept application/json
POST /playlist/$LIST do=first&video=AAAAAAAAAA1
status 200
json holds = true
json index = 0
json url = /playlist/$LIST?page=1#v-AAAAAAAAAA1
POST /playlist/$LIST do=remove&video=BBBBBBBBBB1
json holds = false
json index = -1
POST /playlist/$LIST do=add&video=AAAAAAAAAA3
json holds = true

# Long lists have pages; a move leads to the page where the video is then.

many 100..160 video CCCCCCCC{n} by cleo category=1 title="Number {n}" length=1s
many 100..160 listed $LIST CCCCCCCC{n} place={1000 + n}
as vera
GET /playlist/$LIST
see Number 146
not Number 147
see href="/playlist/$LIST?page=2" rel="next"
GET /playlist/$LIST?page=2
see Number 147
see data-order="51"
POST /playlist/$LIST do=up&video=CCCCCCCC147
head Location: /playlist/$LIST?page=1#v-CCCCCCCC147
POST /playlist/$LIST do=last&video=AAAAAAAAAA1
head Location: /playlist/$LIST?page=2#v-AAAAAAAAAA1
GET /playlist/$LIST?page=9
see Nothing more here

# --- Next to the player: the list around the video, and which is next.
as vera
GET /watch/CCCCCCCC120?list=$LIST
status 200
see <a href="/playlist/$LIST">Films</a>
see 23 of 64
see href="/watch/CCCCCCCC121?list=$LIST"
see aria-current="true"
see Number 118
not Number 117
see <input type="hidden" name="in" value="$LIST">

as nobody
accept application/json
GET /watch/AAAAAAAAAA2?list=$LIST
json list.title = Films
json list.number = 1
json list.all = 64
json list.next_id = AAAAAAAAAA3
GET /watch/AAAAAAAAAA1?list=$LIST
json list.number = 64
json list.next_id = ""
GET /watch/AAAAAAAAAA5?list=$LIST
status 404
GET /watch/AAAAAAAAAA4?list=$LIST
status 404

# A list that does not exist, is not for this viewer, or lacks this video changes nothing.

set playlist $LIST visibility=private
as nobody
accept application/json
GET /watch/AAAAAAAAAA2?list=$LIST
status 200
json list.id = ""
json list.title = ""
GET /watch/AAAAAAAAAA2?list='"><script>
status 200
json list.id = ""

as vera
accept application/json
GET /watch/AAAAAAAAAA2?list=$LIST
json list.all = 64
GET /watch/AAAAAAAAAA2?list=$LATER
json list.id = ""
sql DELETE FROM video WHERE public_id LIKE 'CCCC%'

# --- Saving from the watch page: a form with all lists. Lists that were not offered stay as they
# are.
as vera
POST /playlists do=create&title=Other&visibility=public
let OTHER = head Location: /playlist/(.{11})\?done=created
POST /playlists do=create&title=Third one&video=AAAAAAAAAA3
let THIRD = head Location: /playlist/(.{11})\?done=created
GET /watch/AAAAAAAAAA3
see <input type="hidden" name="had" value="$LIST $THIRD">
see value="$LIST" checked
see value="$THIRD" checked
see value="$OTHER"><span>Other<small>Public</small>
POST /playlists do=save&video=AAAAAAAAAA3&had=$LIST&list=$OTHER&title=
status 303
head Location: /watch/AAAAAAAAAA3?done=saved
db SELECT p.title FROM playlist_video e JOIN playlist p ON p.id = e.playlist_id JOIN video v ON v.id = e.video_id WHERE v.public_id = 'AAAAAAAAAA3' ORDER BY p.title -> Other;Third one
POST /playlists do=save&video=AAAAAAAAAA3&had=$OTHER $THIRD&list=$OTHER&list=$LIST&title= A new one &in=$LIST
status 303
head Location: /watch/AAAAAAAAAA3?list=$LIST&done=saved
db SELECT p.title, p.visibility FROM playlist_video e JOIN playlist p ON p.id = e.playlist_id JOIN video v ON v.id = e.video_id WHERE v.public_id = 'AAAAAAAAAA3' ORDER BY p.title -> A new one,private;Films,private;Other,public
# Only one's own lists, and only addresses of ours.
as cleo
POST /playlists do=save&video=AAAAAAAAAA3&list=$OTHER
status 404
POST /playlists do=save&video=AAAAAAAAAA3&had=$OTHER
status 404
POST /playlists do=save&video=//evil.example
status 404
POST /playlists do=save&video=AAAAAAAAAA3&had=x
status 303

as vera
csrf none
POST /playlists do=save&video=AAAAAAAAAA3&had=$OTHER
status 403
db SELECT COUNT(*) FROM playlist_video e JOIN video v ON v.id = e.video_id WHERE v.public_id = 'AAAAAAAAAA3' -> 3

as-token vera
accept application/json
POST /playlists do=create&title=By a program&visibility=unlisted&video=AAAAAAAAAA2
status 200
json title = "By a program"
json visibility = unlisted
json holds = true
POST /playlists do=create&title=
status 400
json error.field = title
GET /playlists
json playlists.0.title = "Watch later"
json playlists.0.later = true
json next_url = ""

# --- Limits: a clear answer, and nothing lost.

many 100..599 video DDDDDDDD{n} by cleo category=1 title="One of many" length=1s
many 100..598 listed $OTHER DDDDDDDD{n} place={1000 + n}
as vera
POST /playlist/$OTHER do=add&video=AAAAAAAAAA2
status 400
see “Other” holds 500 videos, which is the maximum.
POST /playlist/$OTHER do=add&video=AAAAAAAAAA3
status 303

many 100..293 playlist EEEEEEEE{n} by vera title=Filler
as vera
POST /playlists do=create&title=The last one
status 303
POST /playlists do=create&title=One too many&description=Kept words
status 400
see You have 200 playlists, which is the maximum.
see value="One too many"
see Kept words</textarea>
GET /playlists
see href="/playlists?page=2" rel="next"
GET /playlists?page=10
see Nothing more here
GET /watch/AAAAAAAAAA3
limit queries 10 arena 500000

# --- Deleting a list leaves its videos.
as vera
POST /playlist/$OTHER do=delete
status 303
head Location: /playlists?done=deleted
GET /playlists?done=deleted
see The playlist has been deleted.
GET /playlist/$OTHER
status 404
db SELECT COUNT(*) FROM video WHERE public_id LIKE 'DDDD%' -> 500
GET /playlist/AAAAAAAAAAA
status 404
GET /playlist/short
status 404
GET /playlist/$LIST/delete
status 404

as vera
body application/x-www-form-urlencoded zeros 40000
POST /playlists
status 413

as vera
DELETE /playlist/$LIST
status 405
head Allow: GET, POST
