# A video on other sites: the page in a frame, oEmbed, and how a link to it looks.

as vic
GET /
status 200
paid vic
as cara
GET /
status 200
set member cara name="Cara ]]> <b>&\""
member bert blocked=1
video AAAAAAAAAA1 by cara category=7 title="One ]]> </script><b> & &lt; 😀 \u0002\u2028"
    description="<!-- \"Two\"\n]]>" tags="cats, a&b" length=100600 width=1920 height=1080
    has_preview=1 poster=3 views=50 likes=7 published=1795000000000
video AAAAAAAAAA2 by cara title="Half hidden" visibility=unlisted length=60s width=720 height=1280
    allow_preview=0 has_preview=1 poster=1 own_poster=1 published=1795000000000
video HHHHHHHHHH1 by cara title="Hidden one" visibility=private has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHH2 by cara title="Hidden one" state=processing has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHH3 by cara title="Hidden one" state=failed has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHH4 by cara title="Hidden one" state=limited has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHH5 by cara title="Hidden one" state=deleted has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHH6 by cara title="Hidden one" state=processing visibility=private has_preview=1
    length=60s published=1795000000000
video HHHHHHHHHHB by bert title="Hidden one" length=60s published=1795000000000
video HHHHHHHHHHP by bert title="Hidden one" visibility=private
    length=60s published=1795000000000

# The page in a frame: any site may show it, it holds no script and no form, and never the full video.
GET /embed/AAAAAAAAAA1
status 200
head Content-Security-Policy: frame-ancestors *
head Content-Security-Policy: default-src 'none'
head Content-Security-Policy: form-action 'none'
head Cross-Origin-Resource-Policy: cross-origin
head Cache-Control: public, max-age=300
head Vary: Accept
head Set-Cookie:
head X-Frame-Options:
see One ]]&gt; &lt;/script&gt;&lt;b&gt; &amp; &amp;lt; 😀 �
see >Cara ]]&gt; &lt;b&gt;&amp;&quot;</a>
see target="_blank" rel="noopener">Watch on OpenVidStreamer</a>
see <link rel="canonical" href="http://127.0.0.1
see /preview/preview.mp4
see /poster/poster.jpg?v=3
not script-src
not noindex
not <script
not <form
not /full/
not Log in
limit queries 1 arena 40000

# The viewer does not matter: a member, the owner and a bad token get the same page.
as vic
GET /embed/AAAAAAAAAA1
status 200
head Set-Cookie:
see /preview/preview.mp4
not /channel/vic
not /full/

header Cookie: at=nonsense; rt=nonsense
GET /embed/AAAAAAAAAA1
status 200
head Set-Cookie:

as cara
GET /embed/HHHHHHHHHH1
status 404

# Without the uploader's permission there is only the picture.
GET /embed/AAAAAAAAAA2
status 200
head Content-Security-Policy: frame-ancestors *
see <meta name="robots" content="noindex">
see Half hidden
see /poster/poster.jpg?v=1
see >1:00</time>
not preview.mp4
not <video

GET /embed/HHHHHHHHHH1
status 404
head Content-Security-Policy: frame-ancestors *
see This video is not available
not Hidden one
not <form
GET /embed/HHHHHHHHHH2
status 404
GET /embed/HHHHHHHHHH3
status 404
GET /embed/HHHHHHHHHH4
status 404
GET /embed/HHHHHHHHHH5
status 404
GET /embed/HHHHHHHHHHB
status 404
GET /embed/HHHHHHHHHHZ
status 404
GET /embed/short
status 404
GET /embed/AAAAAAAAAA1/full.mp4
status 404
POST /embed/AAAAAAAAAA1 a=b
status 405

accept application/json
GET /embed/AAAAAAAAAA1
status 200
json length_ms = 100600
json preview_seconds = 60
json channel_name = "Cara ]]> <b>&\""

# A picture's lasting address; the address it leads to expires in one to two weeks.
GET /embed/AAAAAAAAAA1/poster.jpg?v=3
status 303
head Cache-Control: public, max-age=300
head Cross-Origin-Resource-Policy: cross-origin
head Location: /media/
let expiry = head Location: ^/media/[0-9a-f]{64}/(\d{10})/AAAAAAAAAA1/poster/poster\.jpg\?v=3$
db SELECT $expiry - UNIX_TIMESTAMP() BETWEEN 7 * 86400 AND 14 * 86400 -> 1
GET /embed/AAAAAAAAAA1/card.jpg
status 303
let card = head Location: ^/media/[0-9a-f]{64}/\d{10}/AAAAAAAAAA1/poster/(card)\.jpg\?v=3$
GET /embed/HHHHHHHHHH1/poster.jpg
status 404
GET /embed/HHHHHHHHHHB/card.jpg
status 404
set video AAAAAAAAAA2 poster=0
GET /embed/AAAAAAAAAA2/poster.jpg
status 404
GET /embed/AAAAAAAAAA2
status 200
not /media/

# oEmbed: addresses of our watch pages, and nothing else.
GET /watch/AAAAAAAAAA1
status 200
let site = body <link rel="canonical" href="(http://127\.0\.0\.1:\d+)/watch/AAAAAAAAAA1">
let address = body json.oembed" href="http://127\.0\.0\.1:\d+(/oembed\?format=json)&amp;url=

GET $address&url=$site/watch/AAAAAAAAAA1
status 200
head Content-Type: application/json
head Cache-Control: public, max-age=3600
head Access-Control-Allow-Origin: *
head Content-Security-Policy: frame-ancestors 'none'
head Set-Cookie:
json type = video
json version = "1.0"
json title = "One ]]> </script><b> & &lt; 😀 �\u2028"
json author_name = "Cara ]]> <b>&\""
json author_url = $site/channel/cara
json provider_name = OpenVidStreamer
json provider_url = $site
json cache_age = 3600
json width = 640
json height = 360
json thumbnail_url = $site/embed/AAAAAAAAAA1/card.jpg?v=3
json thumbnail_width = 480
json thumbnail_height = 270
see \u003ciframe src=\"$site/embed/AAAAAAAAAA1\"
see title=\"One ]]&gt; &lt;/script&gt;&lt;b&gt; &amp; &amp;lt;
not /media/
limit queries 1 arena 40000

# A box makes it smaller or larger, in its own shape; the thumbnail has to fit, too.
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=300
json width = 300
json height = 169
not thumbnail
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=1280
json width = 1280
json height = 720
see thumbnail_url
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxheight=90
json width = 160
json height = 90
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=1&maxheight=1
json width = 1
json height = 1
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=4096&maxheight=400
json width = 711
json height = 400
GET /oembed?url=$site/watch/AAAAAAAAAA2
json width = 360
json height = 640
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=0&maxheight=-5
json width = 640
GET /oembed?url=$site/watch/AAAAAAAAAA1&maxwidth=wide&maxheight=99999999999999999999
json width = 640
json height = 360

# As XML.
GET /oembed?url=$site/watch/AAAAAAAAAA1&format=xml
status 200
head Content-Type: text/xml; charset=utf-8
see <?xml version="1.0" encoding="UTF-8"?>
see <title>One ]]&gt; &lt;/script&gt;&lt;b&gt; &amp; &amp;lt; 😀 �
see <html>&lt;iframe src=&quot;$site/embed/AAAAAAAAAA1&quot; title=&quot;One ]]&amp;gt; &amp;lt;/script
not ]]>

# Addresses in the forms in which people copy them.
GET /oembed?url=$site/watch/AAAAAAAAAA1%3Ft=5
status 200
GET /oembed?url=$site/watch/AAAAAAAAAA1%23top
status 200
GET /oembed?url=$site/watch/AAAAAAAAAA1/more
status 404
GET /oembed?url=$site/watch/AAAAAAAAAA1x
status 404
GET /oembed?url=$site/watch/AAAAAAAAAA
status 404
GET /oembed?url=$site/watch/
status 404
GET /oembed?url=$site/channel/cara
status 404
GET /oembed?url=$site.evil.example/watch/AAAAAAAAAA1
status 404
GET /oembed?url=http://evil.example/watch/AAAAAAAAAA1
status 404
GET /oembed?url=http://evil.example/%3F$site/watch/AAAAAAAAAA1
status 404
GET /oembed?url=//127.0.0.1/watch/AAAAAAAAAA1
status 404
GET /oembed?url=/watch/AAAAAAAAAA1
status 404
GET /oembed?url=javascript:alert(1)
status 404
GET /oembed?url=$site/watch/HHHHHHHHHHZ
status 404
GET /oembed
status 400

# Another format; and hidden videos, which are answered like those that never were.
GET /oembed?url=$site/watch/AAAAAAAAAA1&format=yaml
status 501
GET /oembed?url=$site/watch/AAAAAAAAAA1&format=JSON
status 501
GET /oembed?url=$site/watch/HHHHHHHHHHZ
status 404
see There is nothing at this address.
GET /oembed?url=$site/watch/HHHHHHHHHH1
status 404
see There is nothing at this address.
not Hidden one
not private
as cara
GET /oembed?url=$site/watch/HHHHHHHHHH1
status 404
not private

GET /oembed?url=$site/watch/HHHHHHHHHH2
status 404
GET /oembed?url=$site/watch/HHHHHHHHHH3
status 404
GET /oembed?url=$site/watch/HHHHHHHHHH4
status 404
GET /oembed?url=$site/watch/HHHHHHHHHH5
status 404
GET /oembed?url=$site/watch/HHHHHHHHHH6
status 404
GET /oembed?url=$site/watch/HHHHHHHHHHB
status 404
GET /oembed?url=$site/watch/HHHHHHHHHHP
status 404

# How a link looks. A public video may be found ...
GET /watch/AAAAAAAAAA1
status 200
head Content-Security-Policy: frame-ancestors 'none'
head Cross-Origin-Resource-Policy: same-origin
head Access-Control-Allow-Origin:
see property="og:type" content="video.other"
see property="og:title" content="One ]]&gt; &lt;/script&gt;
see property="og:description" content="&lt;!-- &quot;Two&quot; ]]&gt;"
see property="og:url" content="$site/watch/AAAAAAAAAA1"
see property="og:image" content="$site/embed/AAAAAAAAAA1/poster.jpg?v=3"
see property="og:image:alt" content="One
see property="og:image:width" content="1280"
see property="og:image:height" content="720"
see property="video:duration" content="100"
see property="video:release_date" content="2026-11-18T11:06:40Z"
see name="twitter:card" content="summary_large_image"
see type="application/ld+json"
see type="text/xml+oembed" href="$site/oembed?format=xml&amp;url=http%3A%2F%2F127.0.0.1
see \u003c/script\u003e\u003cb\u003e
not noindex
not <!--

# ... an unlisted one looks well, and is not listed; an uploaded poster may have any shape ...
GET /watch/AAAAAAAAAA2
status 200
see <meta name="robots" content="noindex">
see property="og:title" content="Half hidden"
see json+oembed
not ld+json
not og:image:width

# ... and about others nothing is said, not even to viewers who may see them.
as cara
GET /watch/HHHHHHHHHH1
status 200
see <meta name="robots" content="noindex">
not og:title
not twitter:card
not ld+json
not json+oembed

as cara
GET /watch/HHHHHHHHHH4
status 200
not og:title
not ld+json

as cara
GET /watch/HHHHHHHHHH2
status 200
not og:title
not ld+json

# Only the page for frames may be framed.
GET /
head Content-Security-Policy: frame-ancestors 'none'
GET /login
head Content-Security-Policy: frame-ancestors 'none'
GET /channel/cara
head Content-Security-Policy: frame-ancestors 'none'
GET /feed/new
head Content-Security-Policy: frame-ancestors 'none'
GET /embed/AAAAAAAAAA1/card.jpg
head Content-Security-Policy: frame-ancestors 'none'
