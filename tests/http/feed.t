# Feeds and the map of the site: what is public, and never anything else.

as nobody
GET /feed/new
status 200
head Content-Type: application/rss+xml; charset=utf-8
head Cache-Control: public, max-age=900
head Vary: Accept
head Set-Cookie:
see <?xml version="1.0" encoding="UTF-8"?>
see <rss version="2.0"
not <item>
GET /sitemap.xml
status 200
see /sitemap/site.xml</loc>
not /sitemap/video/
not /sitemap/channel/
GET /sitemap/video/1.xml
status 404
GET /sitemap/channel/1.xml
status 404
GET /feed/channel/cara
status 404
GET /feed
status 404
GET /feed/channel/
status 404
GET /feed/channel/cara/videos
status 404

# Four members: one of them blocked, one with nothing that is public.
sql INSERT INTO user (id, email, handle, display_name, about, avatar_key, created_ms) VALUES (1001, 'cara@example.org', 'Cara', CONCAT('Cara ]]> <b>&"', CHAR(1)), 'Slow films ]]> <i>&amp;', 'k3J9', 1), (1002, 'bert@example.org', 'bert', 'Bert', '', '', 1), (1003, 'vic@example.org', 'vic', 'Vic', '', '', 1)

as nora
GET /feed/new
status 200

sql UPDATE user SET blocked = 1 WHERE handle = 'bert'
sql INSERT INTO video (id, public_id, user_id, category_id, title, description, tags, state, visibility, length_ms, poster_version, created_ms, published_ms) SELECT 1, 'AAAAAAAAAA1', id, 7, CONCAT('One ]]> <script>alert(1)</script> & &lt; 😀', CHAR(2)), 'Two <b>lines\nof ]]> text\n\nhttps://example.org/?a=1&b=2', 'cats, a&b', 'ready', 'public', 100600, 3, 1, 1795000000000 FROM user WHERE handle = 'cara'
sql INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, length_ms, created_ms, published_ms) SELECT 2001, 'AAAAAAAAAA2', id, 4, 'Of Vic', 'ready', 'public', 28801000, 1, 1795000001000 FROM user WHERE handle = 'vic'
sql INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, length_ms, poster_version, created_ms, published_ms) SELECT 2002, 'AAAAAAAAAA3', id, 4, 'Long', 'ready', 'public', 28801000, 1, 1, 1794000000000 FROM user WHERE handle = 'vic'
sql INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, created_ms, published_ms) SELECT 9001 + n, CONCAT('HHHHHHHHHH', n), id, 4, 'Hidden one', s, v, 1, 1796000000000 FROM user JOIN (SELECT 1 AS n, 'ready' AS s, 'private' AS v UNION SELECT 2, 'ready', 'unlisted' UNION SELECT 3, 'processing', 'public' UNION SELECT 4, 'failed', 'public' UNION SELECT 5, 'blocked', 'public' UNION SELECT 6, 'deleted', 'public') x WHERE handle = 'nora'
sql INSERT INTO video (id, public_id, user_id, category_id, title, state, visibility, created_ms, published_ms) SELECT 20001, 'HHHHHHHHHHB', id, 4, 'Hidden one', 'ready', 'public', 1, 1796000000000 FROM user WHERE handle = 'bert'
cache flush

GET /feed/new
status 200
see <title>New on OpenVidStreamer</title>
see <title>Of Vic</title>
see <title>One ]]&gt; &lt;script&gt;alert(1)&lt;/script&gt; &amp; &amp;lt; 😀�</title>
not Hidden
not <script>
not ]]>
not /media/
limit queries 1 arena 40000

# The description is HTML of its own, with addresses as links.
GET /feed/channel/cara
status 200
see <title>Cara ]]&gt; &lt;b&gt;&amp;&quot;�</title>
see <description>Slow films ]]&gt; &lt;i&gt;&amp;amp;</description>
see rel="self" type="application/rss+xml" href="http://127.0.0.1
see /feed/channel/Cara"/>
see /channel/Cara</link>
see /avatar/k3J9.jpg</url>
see /watch/AAAAAAAAAA1</link>
see <guid isPermaLink="true">http://127.0.0.1
see /watch/AAAAAAAAAA1</guid>
see <pubDate>Wed, 18 Nov 2026 11:06:40 GMT</pubDate>
see /browse/diy-projects-and-crafts">DIY Projects &amp; Crafts</category>
see <description>&lt;p&gt;Two &amp;lt;b&amp;gt;lines&lt;br&gt;
see href=&quot;https://example.org/?a=1&amp;amp;b=2&quot;
see <media:content medium="video" duration="100">
see <media:keywords>cats, a&amp;b</media:keywords>
see /embed/AAAAAAAAAA1/card.jpg?v=3" width="480" height="270"/>
see /embed/AAAAAAAAAA1"/>
not Vic
not /media/
limit queries 2 arena 40000
let tag = head ETag: (".*")

# Nothing new: 304 without a body; a member is told the same as everybody, and gets no cookie.
header If-None-Match: $tag
GET /feed/channel/cara
status 304
head ETag: "
head Cache-Control: public, max-age=900
head Content-Length:
head Content-Type:
not <rss

header If-None-Match: W/"abc", W/$tag
HEAD /feed/channel/CARA
status 304

as nora
header If-None-Match: "00000000000000000000000000000000"
GET /feed/channel/cara
status 200
head ETag: $tag
head Set-Cookie:
not nora

sql UPDATE video SET title = 'Another' WHERE id = 1
cache flush
header If-None-Match: $tag
GET /feed/channel/cara
status 200
see <title>Another</title>

GET /feed/channel/bert
status 404
GET /feed/channel/nora
status 200
not <item>
POST /feed/new a=b
status 405

# The map: pages of 2000 row numbers that have something on them.
GET /sitemap.xml
status 200
head Content-Type: application/xml; charset=utf-8
head Cache-Control: public, max-age=3600
see /sitemap/channel/1.xml</loc><lastmod>2026-11-18T11:06:41Z</lastmod>
see /sitemap/video/1.xml</loc><lastmod>2026-11-18T11:06:40Z</lastmod>
see /sitemap/video/2.xml</loc><lastmod>2026-11-18T11:06:41Z</lastmod>
not /sitemap/video/3.xml
not /sitemap/video/5.xml
not /sitemap/video/11.xml
let map = head ETag: (".*")

header If-None-Match: $map
GET /sitemap.xml
status 304

GET /sitemap/site.xml
status 200
see /browse/music</loc>
see /terms</loc>

GET /sitemap/channel/1.xml
status 200
see /channel/Cara</loc><lastmod>2026-11-18T11:06:40Z</lastmod>
see /channel/vic</loc><lastmod>2026-11-18T11:06:41Z</lastmod>
not nora
not bert

GET /sitemap/video/1.xml
status 200
see /watch/AAAAAAAAAA1</loc>
see <lastmod>2026-11-18T11:06:40Z</lastmod>
see /embed/AAAAAAAAAA1/poster.jpg?v=3</video:thumbnail_loc>
see <video:title>Another</video:title>
see <video:description>Two &lt;b&gt;lines of ]]&gt; text https://example.org/?a=1&amp;b=2</video:description>
see /embed/AAAAAAAAAA1</video:player_loc>
see <video:duration>100</video:duration>
see <video:publication_date>2026-11-18T11:06:40Z</video:publication_date>
see <video:requires_subscription>yes</video:requires_subscription>
not AAAAAAAAAA2
not /media/

# Without a picture a video is a page like any other; a duration above 8 hours is not taken.
GET /sitemap/video/2.xml
status 200
see /watch/AAAAAAAAAA2</loc>
see <video:title>Long</video:title>
see <video:description>Long</video:description>
not <video:title>Of Vic
not <video:duration>

GET /sitemap/video/5.xml
status 404
GET /sitemap/video/11.xml
status 404
GET /sitemap/channel/2.xml
status 404
GET /sitemap/video/0.xml
status 404
GET /sitemap/video/999999.xml
status 404
GET /sitemap/video/9999999.xml
status 404
GET /sitemap/other.xml
status 404
GET /sitemap/video/1
status 404

GET /robots.txt
status 200
head Content-Type: text/plain
see Disallow: /media/
see Allow: /media/*/poster/
let address = body \nSitemap: http://127\.0\.0\.1:\d+(/sitemap\.xml)\n$
GET $address
status 200

# The 50 newest, and a full page of the map, stay far below the limit of a request.
sql INSERT INTO video (id, public_id, user_id, category_id, title, description, state, visibility, length_ms, poster_version, created_ms, published_ms) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT 40000 + i + k, LPAD(i + k, 11, 'F'), (SELECT id FROM user WHERE handle = 'vic'), 4, REPEAT('&', 120), REPEAT('& ', 2500), 'ready', 'public', 60000, 1, 1, 1796000000000 + i + k FROM n JOIN (SELECT 0 AS k UNION SELECT 1000) x
cache flush
GET /sitemap/video/21.xml
status 200
see /watch/FFFFFFFFFF1</loc>
see /watch/FFFFFFF2000</loc>
limit queries 1 arena 12000000
GET /feed/channel/vic
status 200
see /watch/FFFFFFF2000</guid>
see /watch/FFFFFFF1951</guid>
not /watch/FFFFFFF1950<
limit queries 2 arena 16000000

# Pages say where their feed is.
GET /channel/cara
status 200
see <link rel="alternate" type="application/rss+xml" href="http://127.0.0.1
see /feed/channel/Cara">RSS feed</a>
see property="og:type" content="profile"
see property="profile:username" content="Cara"
see /avatar/k3J9.jpg">
see name="twitter:card" content="summary"
GET /
status 200
see /feed/new">
see property="og:type" content="website"
