# The videos by category, order and page.

GET /browse
status 200
see Nobody has published a video yet.
see href="/upload"
see href="/browse/diy-projects-and-crafts"
see DIY Projects &amp; Crafts
see <section><h2>Making and home</h2><ul>

GET /browse/music
status 200
see <h1>Music</h1>
see Nobody has published a video in this category yet.

GET /browse/nonsense
status 404

GET /browse/music/jazz
status 404

GET /browse/Music
status 404

# 50 videos of one category, one a day, with more views the older they are; and one of another.
member cara name="Cara <b>&\"'"
member bert
many 1..50 video AAAAAAAAAA{n} by cara title="<i>Film</i> \"{n}\"" views={n} published=-{n}d
video BBBBBBBBBBB by cara category=9 title=Soup length=0 views=5 likes=40 published=-1h
video CCCCCCCCCCC by cara title=Hidden visibility=unlisted published=now
cache flush

GET /browse/music?sort=new
status 200
see &lt;i&gt;Film&lt;/i&gt; &quot;24&quot;
see Cara &lt;b&gt;&amp;&quot;&#39;
see <a href="/browse/music?sort=new" aria-current="page">New</a>
see <a href="/browse/music" aria-current="page">Music</a>
see href="/browse/music?sort=new&amp;page=2" rel="next"
not &quot;25&quot;
not rel="prev"
not Soup
not Hidden
not <i>
limit queries 2 arena 100000

GET /browse/music?sort=new
limit queries 0 arena 100000

GET /browse/music?sort=new&page=3
status 200
see &quot;49&quot;
see &quot;50&quot;
see href="/browse/music?sort=new&amp;page=2" rel="prev"
not rel="next"

GET /browse/music?sort=new&page=4
status 200
see Nothing more here
see href="/browse/music?sort=new"

accept application/json
GET /browse/music?sort=top
json videos.length = 24
json videos.0.id = AAAAAAAAA50
json videos.23.id = AAAAAAAAA27
json category = music
json page = 1
json next_url = /browse/music?sort=top&page=2
not email

accept application/json
GET /browse
json sort = hot
json videos.0.title = Soup
json category = ""

# An unknown order or page counts as the first.
accept application/json
GET /browse?sort=sideways&page=-1
status 200
json sort = hot
json page = 1

accept application/json
GET /browse?page=99999999999999999999
json page = 1

accept application/json
GET /browse?page=200&sort=new
json page = 200
json videos.length = 0
json next_url = ""

# Bars show a member how far she watched.
as nora
GET /browse/music
status 200

watched nora AAAAAAAAAA1
cache flush

as nora
GET /browse/music?sort=new
see <progress value="50" max="100"
limit queries 4 arena 100000

GET /browse?sort=%ff
status 400

POST /browse
status 405
head Allow: GET
