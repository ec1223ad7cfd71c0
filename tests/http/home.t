# The first page: the offer for visitors, what was begun for members, and what it costs.

# An empty library says so.
GET /
status 200
see Pay the people who made it
see 9.99 XTS
see href="/signup?next=/subscribe"
see No videos yet
see href="/upload"
not Popular now
not Continue watching

accept application/json
GET /
status 200
head Content-Type: application/json
json price_minor = 999
json popular.length = 0
json new.length = 0

# 60 videos of one creator, one an hour: the older, the more views. And some that are not for everybody.
sql INSERT INTO user (email, handle, display_name, created_ms) VALUES ('cara@example.org', 'cara', 'Cara <b>&"''', 1), ('bert@example.org', 'bert', 'Bert', 1)
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms, views, created_ms, published_ms, poster_version) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT LPAD(i, 11, 'A'), (SELECT id FROM user WHERE handle = 'cara'), 4, CONCAT('<i>Film</i> "', i, '"'), 'ready', 'public', 100000, i * 10, 1, UNIX_TIMESTAMP() * 1000 - i * 3600000, i % 2 FROM n
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, views, created_ms, published_ms) SELECT CONCAT('BBBBBBBB', s.state, LEFT(w.visibility, 2)), u.id, 4, 'Hidden', ELT(s.state, 'processing', 'ready', 'failed', 'blocked', 'deleted', 'ready'), w.visibility, 1000000, 1, UNIX_TIMESTAMP() * 1000 FROM user u, (SELECT 1 AS state UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6) s, (SELECT 'public' AS visibility UNION SELECT 'unlisted' UNION SELECT 'private') w WHERE u.handle = IF(s.state = 6, 'bert', 'cara') AND NOT (s.state = 2 AND w.visibility = 'public')
sql UPDATE user SET blocked = 1 WHERE handle = 'bert'
cache flush

GET /
status 200
see Popular now
see href="/browse?sort=new"
see href="/browse/music"
see &lt;i&gt;Film&lt;/i&gt; &quot;1&quot;
see Cara &lt;b&gt;&amp;&quot;&#39;
see /poster/card.jpg
not Hidden
not No videos yet
not Continue watching
not <i>
limit queries 4 arena 200000

# No video twice, 24 in all: the popular ones first, then the newest of the rest.
accept application/json
GET /
json popular.length = 8
json popular.0.title = "<i>Film</i> \"60\""
json new.length = 16
json new.0.title = "<i>Film</i> \"1\""
json unfinished.length = 0
not Hidden
not email

# Somebody who signed in without a subscription still sees the offer.
as nora
GET /
status 200
see href="/subscribe">Subscribe</a>
not /signup
not Continue watching

# A member sees what she has not finished instead: the latest first, at most four, nothing that was
# watched to the end or is hidden by now.
sql INSERT INTO subscription (user_id, provider, anchor_ms, months, paid_until_ms, grace_until_ms) SELECT id, 'test', 0, 1, 4000000000000, 4000000000000 FROM user WHERE handle = 'nora'
sql INSERT INTO watch_position (user_id, video_id, position_ms, updated_ms) SELECT u.id, v.id, IF(v.public_id = 'AAAAAAAAA20', 97000, 40000), 1000 + v.id FROM user u, video v WHERE u.handle = 'nora' AND (v.public_id IN ('AAAAAAAAA16', 'AAAAAAAAA17', 'AAAAAAAAA18', 'AAAAAAAAA19', 'AAAAAAAAA20', 'AAAAAAAAA21') OR v.public_id = 'BBBBBBBB2pr')
cache flush

as nora
accept application/json
GET /
json unfinished.length = 4
json unfinished.0.id = AAAAAAAAA21
json unfinished.1.id = AAAAAAAAA19
json unfinished.3.id = AAAAAAAAA17
json unfinished.0.seen_percent = 40
json popular.length = 8
json new.length = 8
not Hidden

# What a page costs: at most six statements with nothing in the cache, then only the two that ask who
# she is and what she did.
cache flush

as nora
GET /
status 200
see Continue watching
see <progress value="40" max="100"
not Pay the people who made it
limit queries 6 arena 250000

as nora
GET /
status 200
see Continue watching
limit queries 2 arena 250000
head Server-Timing: merge;dur=

POST /
status 405
head Allow: GET

HEAD /
status 200
