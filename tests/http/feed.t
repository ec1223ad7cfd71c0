# Feeds and the site map: what is public, and never anything else.

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

# Four members: one of them blocked, one without anything public.
member Cara id=1001 name="Cara ]]> <b>&\"\u0001" about="Slow films ]]> <i>&amp;" avatar=k3J9
member bert id=1002
member vic id=1003

as nora
GET /feed/new
status 200

set member bert blocked=1
video AAAAAAAAAA1 by cara id=1 category=7
    title="One ]]> <script>alert(1)</script> & &lt; 😀\u0002"
    description="Two <b>lines\nof ]]> text\n\nhttps://example.org/?a=1&b=2" tags="cats, a&b"
    length=100600 poster=3 published=1795000000000
video AAAAAAAAAA2 by vic id=2001 title="Of Vic" length=28801s published=1795000001000
video AAAAAAAAAA3 by vic id=2002 title=Long length=28801s poster=1 published=1794000000000
video HHHHHHHHHH1 by nora id=9002 title="Hidden one" visibility=private published=1796000000000
video HHHHHHHHHH2 by nora id=9003 title="Hidden one" visibility=unlisted published=1796000000000
video HHHHHHHHHH3 by nora id=9004 title="Hidden one" state=processing published=1796000000000
video HHHHHHHHHH4 by nora id=9005 title="Hidden one" state=failed published=1796000000000
video HHHHHHHHHH5 by nora id=9006 title="Hidden one" state=limited published=1796000000000
video HHHHHHHHHH6 by nora id=9007 title="Hidden one" state=deleted published=1796000000000
video HHHHHHHHHHB by bert id=20001 title="Hidden one" published=1796000000000
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

# The description is HTML itself, with addresses as links.
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

# Nothing new: 304 without a body; a member gets the same as everybody, and no cookie.
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

set video AAAAAAAAAA1 title=Another
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

# The site map: pages of 2000 row numbers that have something on them.
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

# A video without a picture is listed as an ordinary page; a duration above 8 hours is left out.
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

# The 50 newest, and a full page of the site map, stay far below the limits of a request.
many 1..2000 video FFFFFFFFFF{n} by vic id={40000 + n} title="{'&'.repeat(120)}"
    description="{'& '.repeat(2500)}" length=60s poster=1 published={1796000000000 + n}
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
