# The page of a member, and following.

as cara
GET /channel/cara
status 200

sql INSERT INTO user (email, handle, display_name, created_ms) VALUES ('bert@example.org', 'bert', 'Bert', 1)
sql UPDATE user SET display_name = 'Cara <b>&"''' WHERE handle = 'cara'
sql UPDATE user SET about = 'Slow films.\n\n<script>alert(1)</script> https://example.org/?a=1&b="2' WHERE handle = 'cara'
sql UPDATE user SET blocked = 1 WHERE handle = 'bert'

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
GET /channel/cara/videos
status 404

sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms, views, created_ms, published_ms) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 25) SELECT LPAD(i, 11, 'A'), (SELECT id FROM user WHERE handle = 'cara'), 4, CONCAT('<i>Film</i> "', i, '"'), 'ready', 'public', 100000, i, 1, 1795000000000 - i * 86400000 FROM n
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, created_ms, published_ms) SELECT 'BBBBBBBBBBB', id, 4, 'Hidden', 'ready', 'private', 1, 1795000000000 FROM user WHERE handle = 'cara'
cache flush

GET /channel/cara
status 200
see 25 videos
see &lt;i&gt;Film&lt;/i&gt; &quot;24&quot;
see href="/channel/cara?page=2" rel="next"
not &quot;25&quot;
not Hidden
not <i>
limit queries 2 arena 80000

GET /channel/cara?page=2
status 200
see &quot;25&quot;
see href="/channel/cara?page=1" rel="prev"

GET /channel/cara?page=3
status 200
see No more videos

accept application/json
GET /channel/cara
status 200
json handle = cara
json video_count = 25
json about = "Slow films.\n\n<script>alert(1)</script> https://example.org/?a=1&b=\"2"
json videos.0.id = AAAAAAAAAA1
json next_url = /channel/cara?page=2
not email
not Hidden

# Nobody may follow without signing in, without the form's token, from another site, or himself.
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

# Twice is once.
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

# Back to the video that the form was on; nowhere else.
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
