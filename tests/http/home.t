# The home page: the offer for visitors, unfinished videos for members, and what it costs.

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

# 60 videos of one creator, one an hour, with more views the older they are. And some that not
# everybody may see.
member cara name="Cara <b>&\"'"
member bert
many 1..60 video AAAAAAAAAA{n} by cara title="<i>Film</i> \"{n}\"" poster={n % 2} views={n * 10}
    published=-{n}h
many public,unlisted,private video BBBBBBBB1{n.slice(0, 2)} by cara title=Hidden state=processing
    visibility={n} views=1000000 published=now
many unlisted,private video BBBBBBBB2{n.slice(0, 2)} by cara title=Hidden
    visibility={n} views=1000000 published=now
many public,unlisted,private video BBBBBBBB3{n.slice(0, 2)} by cara title=Hidden state=failed
    visibility={n} views=1000000 published=now
many public,unlisted,private video BBBBBBBB4{n.slice(0, 2)} by cara title=Hidden state=limited
    visibility={n} views=1000000 published=now
many public,unlisted,private video BBBBBBBB5{n.slice(0, 2)} by cara title=Hidden state=deleted
    visibility={n} views=1000000 published=now
many public,unlisted,private video BBBBBBBB6{n.slice(0, 2)} by bert title=Hidden
    visibility={n} views=1000000 published=now
set member bert blocked=1
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

# No video twice, 24 in all: beside the offer and below it the popular ones, then the newest of the
# rest.
accept application/json
GET /
json shown.length = 4
json shown.0.title = "<i>Film</i> \"60\""
json shown.0.channel.avatar_url = ""
json popular.length = 4
json popular.0.title = "<i>Film</i> \"56\""
json new.length = 16
json new.0.title = "<i>Film</i> \"1\""
json unfinished.length = 0
not Hidden
not email

# Somebody who signed in without a subscription still sees the offer.
as nora
GET /
status 200
see href="/subscribe?next=%2F">Subscribe</a>
not /signup
not Continue watching

# A member sees her unfinished videos instead: the latest first, at most four, none that she watched
# to the end or that is hidden by now.
paid nora
many 16,17,18,19,21 watched nora AAAAAAAAAA{n} position=40s at={1000 + n}
watched nora AAAAAAAAA20 position=97s at=1020
watched nora BBBBBBBB2pr position=40s at=2000
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

# What a page costs: at most six statements with nothing in the cache, then only the two that ask
# who she is and what she did.
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
