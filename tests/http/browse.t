# The library by category, order and page.

GET /browse
status 200
see Nobody has published a video yet.
see href="/upload"
see href="/browse/diy-projects-and-crafts"
see DIY Projects &amp; Crafts

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

# 50 videos of one category, one a day: the older, the more views; and one of another.
sql INSERT INTO user (email, handle, display_name, created_ms) VALUES ('cara@example.org', 'cara', 'Cara <b>&"''', 1), ('bert@example.org', 'bert', 'Bert', 1)
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms, views, created_ms, published_ms) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT LPAD(i, 11, 'A'), (SELECT id FROM user WHERE handle = 'cara'), 4, CONCAT('<i>Film</i> "', i, '"'), 'ready', 'public', 100000, i, 1, UNIX_TIMESTAMP() * 1000 - i * 86400000 FROM n
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, views, likes, created_ms, published_ms) SELECT 'BBBBBBBBBBB', id, 9, 'Soup', 'ready', 'public', 5, 40, 1, UNIX_TIMESTAMP() * 1000 - 3600000 FROM user WHERE handle = 'cara'
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms, published_ms) SELECT 'CCCCCCCCCCC', id, 4, 'Hidden', 'ready', 'unlisted', 1, UNIX_TIMESTAMP() * 1000 FROM user WHERE handle = 'cara'
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

# An order or a page that there is not counts as the first.
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

# Bars show a member how far she got.
as nora
GET /browse/music
status 200

sql INSERT INTO watch_position (user_id, video_id, position_ms, updated_ms) SELECT u.id, v.id, 50000, 1 FROM user u, video v WHERE u.handle = 'nora' AND v.public_id = 'AAAAAAAAAA1'
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
