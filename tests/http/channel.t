# The page of a member, and following.

as cara
GET /channel/cara
status 200

member bert
set member cara name="Cara <b>&\"'"
set member cara
    about="Slow films.\n\n<script>alert(1)</script> https://example.org/?a=1&b=\"2"
set member bert blocked=1

GET /channel/cara
status 200
see <h1>Cara &lt;b&gt;&amp;&quot;&#39;</h1>
see Slow films.
see &lt;script&gt;alert(1)&lt;/script&gt;
see rel="nofollow noopener ugc"
see 0 followers, 0 videos
see No videos yet
see /login?next=/channel/cara
see <link rel="canonical" href="
not <script>alert
not example.org"
not name="follow"

GET /channel/CARA
status 200
see /channel/cara">

GET /channel/nobody
status 404
GET /channel/bert
status 404
GET /channel/
status 404
GET /channel/cara/films
status 404
GET /channel/cara/videos/1
status 404
GET /channel/cara/videos
status 200
see No videos yet
GET /channel/cara/playlists
status 200
see No public playlists

many 1..25 video AAAAAAAAAA{n} by cara title="<i>Film</i> \"{n}\"" views={n}
    published={1795000000000 - n * 86400000}
video BBBBBBBBBBB by cara title=Hidden visibility=private published=1795000000000
cache flush

# --- The first page: the newest, the most watched, about.
GET /channel/cara
status 200
see 25 videos
see <h2 id="newest">Newest</h2>
see &lt;i&gt;Film&lt;/i&gt; &quot;1&quot;
see &lt;i&gt;Film&lt;/i&gt; &quot;8&quot;
see <h2 id="popular">Most watched</h2>
see &lt;i&gt;Film&lt;/i&gt; &quot;25&quot;
see &lt;i&gt;Film&lt;/i&gt; &quot;18&quot;
not &quot;9&quot;
not &quot;17&quot;
not Hidden
not <i>
limit queries 5 arena 120000

GET /channel/cara
limit queries 1 arena 120000

accept application/json
GET /channel/cara
status 200
json handle = cara
json video_count = 25
json about = "Slow films.\n\n<script>alert(1)</script> https://example.org/?a=1&b=\"2"
json videos.0.id = AAAAAAAAAA1
json popular.0.views = 25
json playlists = []
not email
not Hidden

# With no more videos than fit into a row, the most watched ones have no row of their own.
many 9..25 set video AAAAAAAAAA{n} visibility=private
cache flush
GET /channel/cara
see &quot;8&quot;
not Most watched
many 9..25 set video AAAAAAAAAA{n} visibility=public
cache flush

# --- All videos, in two orders.
GET /channel/cara/videos
status 200
see &lt;i&gt;Film&lt;/i&gt; &quot;24&quot;
see href="/channel/cara/videos?page=2" rel="next"
not &quot;25&quot;
not Hidden
limit queries 2 arena 120000

GET /channel/cara/videos?page=2
status 200
see &quot;25&quot;
see href="/channel/cara/videos?page=1" rel="prev"

GET /channel/cara/videos?sort=popular
see &quot;25&quot;
not &quot;1&quot;
see href="/channel/cara/videos?sort=popular&amp;page=2" rel="next"
GET /channel/cara/videos?sort=popular&page=2
see &quot;1&quot;
not &quot;25&quot;

GET /channel/cara/videos?page=3
status 200
see Nothing more here

accept application/json
GET /channel/cara/videos?sort=popular
json sort = popular
json videos.0.views = 25
json next_url = /channel/cara/videos?sort=popular&page=2

# --- Playlists: those that are public and have videos that can be shown.
playlist PPPPPPPPPP1 by cara title="The <best>" visibility=public changed=9
playlist PPPPPPPPPP2 by cara title="For friends" visibility=unlisted changed=8
playlist PPPPPPPPPP3 by cara title="For me" visibility=private changed=7
playlist PPPPPPPPPP4 by cara title="Empty one" visibility=public changed=6
playlist PPPPPPPPPP5 by cara title="Only hidden" visibility=public changed=5
many 2,12,22 listed PPPPPPPPPP1 AAAAAAAAAA{n} place={-n}
many 2,12,22 listed PPPPPPPPPP2 AAAAAAAAAA{n} place={-n}
many 2,12,22 listed PPPPPPPPPP3 AAAAAAAAAA{n} place={-n}
listed PPPPPPPPPP5 BBBBBBBBBBB
cache flush
GET /channel/cara
see <a href="/playlist/PPPPPPPPPP1">The &lt;best&gt;</a>
see href="/watch/AAAAAAAAA22?list=PPPPPPPPPP1">Play all
see 3 videos
not For friends
not For me
not Empty one
not Only hidden
GET /channel/cara/playlists
see The &lt;best&gt;
not For friends
not For me
not Empty one
not Only hidden

as cara
GET /channel/cara/playlists
see The &lt;best&gt;
not For friends

accept application/json
GET /channel/cara
json playlists.0.title = "The <best>"
json playlists.0.video_count = 3
json playlists.0.videos.0.id = AAAAAAAAA22
GET /channel/cara/playlists
json playlists.0.id = PPPPPPPPPP1
json playlists.0.video_count = 3
sql DELETE FROM playlist

# Nobody may follow without signing in, without the form's token, from another site, or themselves.
POST /channel/cara follow=on
status 401

as nora
csrf none
POST /channel/cara follow=on
status 403

as nora
header Origin: https://evil.example
POST /channel/cara follow=on
status 403

as cara
POST /channel/cara follow=on
status 403
see This is your own channel.

as cara
GET /channel/cara
see href="/studio"
not name="follow"

as nora
POST /channel/cara follow=perhaps
status 400
POST /channel/nobody follow=on
status 404
POST /channel/bert follow=on
status 404
db SELECT COUNT(*) FROM follow -> 0

# Following twice is the same as once.
as nora
GET /channel/cara
see <button class="primary" name="follow" value="on">Follow</button>
POST /channel/cara follow=on
status 303
head Location: /channel/cara
POST /channel/CARA follow=on
status 303
head Location: /channel/cara
GET /channel/cara
see 1 follower,
see value="off"
db SELECT u.handle, c.handle FROM follow f JOIN user u ON u.id = f.user_id JOIN user c ON c.id = f.channel_id -> nora,cara

# Back to the video that the form was on, and nowhere else.
as nora
POST /channel/cara follow=on&video=AAAAAAAAAA1
status 303
head Location: /watch/AAAAAAAAAA1
POST /channel/cara follow=on&video=//evil.example/
status 303
head Location: /channel/cara

as nora
accept application/json
GET /channel/cara
json followed = true
json followers = 1
POST /channel/cara follow=off
status 200
json followed = false
json followers = 0
db SELECT COUNT(*) FROM follow -> 0

# From the page of followed creators.
as nora
POST /channel/cara follow=off&from=following
status 303
head Location: /following/creators
POST /channel/cara/videos follow=on
status 405

# As many as allowed, and not one more.
let NORA = db SELECT id FROM user WHERE handle = 'nora'
many 0..1999 member many{n} name=Many
many 0..1999 follows nora many{n}
as nora
POST /channel/cara follow=on
status 400
see You follow 2000 creators, which is the maximum.
POST /channel/many7 follow=on
status 303
POST /channel/many7 follow=off
status 303
POST /channel/cara follow=on
status 303
db SELECT COUNT(*) FROM follow WHERE user_id = $NORA -> 2000
sql DELETE FROM follow

# A program follows with its token.
as-token paul
accept application/json
POST /channel/cara follow=on
status 200
json followed = true

as nora
body application/x-www-form-urlencoded zeros 2000
POST /channel/cara
status 413

DELETE /channel/cara
status 405
head Allow: GET, POST

GET /channel/cara%20x
status 404
