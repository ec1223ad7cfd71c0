# Searching: what is found, what comes close, and what the page says when nothing does.

GET /search
status 200
see What would you like to watch?
head X-Robots-Tag: noindex

GET /search?q=++
status 200
see What would you like to watch?

# Rows as the library writes them; jobs/reindex makes their words, and says what it did.
member cara name="Cara <b>&\"'"
member bert
video AAAAAAAAAA1 by cara title="Astronomy for beginners" description="The sky over the garden"
    length=60s views=10 published=1795000000000
video AAAAAAAAAA2 by cara title="Gardening & \"the\" <b>moon</b>"
    length=60s views=500 published=1795000000000
video AAAAAAAAAA3 by cara title="Go in C" description="Gardening, code"
    length=60s views=20 published=1795000000000
video AAAAAAAAAA4 by cara title=日本の空 length=60s views=1 published=1795000000000
video AAAAAAAAAA5 by cara title="Secret garden" visibility=private views=1
many 1..5 unread AAAAAAAAAA{n}
job reindex
db SELECT result, did FROM job_run WHERE job = 'reindex' -> ok,videos=5 names=0
job reindex
db SELECT COUNT(*) FROM job_run WHERE job = 'reindex' -> 1
cache flush

# The beginning of a word is enough; case does not matter.
GET /search?q=ASTRO
status 200
see Results for “ASTRO”
see /watch/AAAAAAAAAA1
not /watch/AAAAAAAAAA2
not Popular now

# Titles come before descriptions, however popular; all words have to be there.
accept application/json
GET /search?q=garden
json videos.length = 3
json videos.0.id = AAAAAAAAAA2
json videos.1.id = AAAAAAAAAA3
json videos.2.id = AAAAAAAAAA1
json close = false
not Secret
not email

accept application/json
GET /search?q=code+gardening
json videos.length = 1
json videos.0.id = AAAAAAAAAA3

# Short words, words that servers like to skip, and other scripts.
accept application/json
GET /search?q=go
json videos.0.id = AAAAAAAAAA3
GET /search?q=c
json videos.0.id = AAAAAAAAAA3
GET /search?q=the
json videos.length = 2
GET /search?q=%E6%97%A5%E6%9C%AC
json videos.0.id = AAAAAAAAAA4
GET /search?q=%E7%A9%BA%E6%9C%AC
json videos.length = 1

# A misspelt word.
GET /search?q=gardenning
status 200
see Results for “gardening”
see No video has “gardenning”: showing results for “gardening” instead.
see &lt;b&gt;moon&lt;/b&gt;
not <b>moon

accept application/json
GET /search?q=astronmy
json close = true
json instead = astronomy
json videos.length = 1

# A word that one video has, and a similar one that more have: found, and a link to the other.
many 1..4 video HHHHHHHHHH{n} by cara title="{n === 1 ? 'Horse' : 'House'} {'y'.repeat(n + 4)}"
    length=60s
many 1..4 unread HHHHHHHHHH{n}
job reindex

GET /search?q=horse&length=short
status 200
see Results for “horse”
see /watch/HHHHHHHHHH1
see Did you mean <a href="/search?q=house&amp;length=short">house</a>?

GET /search?q=house
see /watch/HHHHHHHHHH4
not Did you mean

# Some of the words.
GET /search?q=astronomy+code
status 200
see No video has all of these words
see /watch/AAAAAAAAAA1
see /watch/AAAAAAAAAA3

# Nonsense and words of private videos find nothing and reveal nothing; the page offers popular
# videos.
GET /search?q=xqzzt
status 200
see Nothing found for “xqzzt”
see Popular now
see /watch/AAAAAAAAAA2

accept application/json
GET /search?q=secret
json videos.length = 0
json instead = ""
GET /search?q=secrit
json videos.length = 0
json instead = ""

# Filters: plain parameters of the address, each of which can be left out.
GET /search?q=garden
see <select id="filter-category" name="category">
see <summary class="button">Filters</summary>
not Active filters

GET /search?q=garden&category=music&length=short&sort=top
status 200
see Filters (3)
see <option value="music" selected>Music</option>
see <option value="short" selected>Under 4 minutes</option>
see href="/search?q=garden&amp;length=short&amp;sort=top"
see href="/search?q=garden&amp;category=music&amp;sort=top"
see href="/search?q=garden&amp;category=music&amp;length=short"
see /watch/AAAAAAAAAA2

GET /search?q=garden&length=long
status 200
see Nothing found with these filters
see href="/search?q=garden">Search without filters
not Popular now

GET /search?q=garden&length=%22%3E&category=%3Cb%3E&page=x
status 200
see /watch/AAAAAAAAAA2
not Active filters

# Creators: by name or handle, in similar letters too; only those who show a video and are not
# blocked.
GET /search?q=cara
see href="/channel/cara"
see Cara &lt;b&gt;&amp;&quot;
see 0 followers, 8 videos

GET /search?q=bert
not href="/channel/bert"

accept application/json
GET /search?q=carra
json creators.0.handle = cara
json creators.0.videos = 8
json instead = cara
GET /search?q=cara&length=short
json creators.length = 0

# A new name is found at once, and the old one is no longer found.
as ada
GET /account
video AAAAAAAAAA6 by ada title="Water lilies" length=60s
unread AAAAAAAAAA6
job reindex

accept application/json
GET /search?q=ada+lilies
json videos.0.id = AAAAAAAAAA6
json close = false

as ada
POST /account handle=water-lady&name=Dora Newname&about=
status 303

cache flush

accept application/json
GET /search?q=newname+lilies
json videos.0.id = AAAAAAAAAA6
json close = false
GET /search?q=waterlady
json creators.0.handle = water-lady
GET /search?q=ada+lilies
json close = true

# What was typed is shown as text, and none of it means anything to the server.
GET /search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E
status 200
see value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
not <script>alert

GET /search?q=%2B-%3E%3C()~*%22@%25%27;--+
status 200
see Nothing found

GET /search?q=%27+OR+1=1+--+
status 200
see Nothing found

GET /search?q=%ff%fe
status 400

GET /search?q=a%00b
status 400

# 100 characters are allowed, and characters are not bytes.
GET /search?q=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjk
status 400
see A search may have at most 100 characters
see value="aaaaaaaaaabbbbb

accept application/json
GET /search?q=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjk
status 400
json error.field = q

GET /search?q=%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC
status 200

# Pages.
many 1..30 video DDDDDDDDDD{n} by cara title="Film {n}" views={n}
many 1..30 unread DDDDDDDDDD{n}
job reindex

GET /search?q=film
status 200
see /watch/DDDDDDDDD30
see /watch/DDDDDDDDDD7
not /watch/DDDDDDDDDD6
see href="/search?q=film&amp;page=2" rel="next"

GET /search?q=film&page=2
status 200
see /watch/DDDDDDDDDD6
see rel="prev"
not rel="next"

GET /search?q=film&page=3
status 200
see No more results

GET /search?q=fiml&page=2
status 200
see Results for “film”
see href="/search?q=fiml&amp;page=1" rel="prev"
see /watch/DDDDDDDDDD1

# What it costs with nothing in the cache: the count, the categories, videos and creators; one more
# asks whether something better known was meant; two more for a misspelt word. Then only the count.
cache flush

GET /search?q=film
limit queries 4 arena 160000

GET /search?q=film
limit queries 1 arena 160000

GET /search?q=film&page=2
limit queries 1 arena 160000

cache flush

GET /search?q=moon
limit queries 5 arena 95000

cache flush

GET /search?q=astronmy
limit queries 6 arena 100000

POST /search
status 405

# Too many searches in a minute from one network. (The row of the next minute is for a test that
# runs at the end of this one.)
sql INSERT IGNORE INTO throttle (scope, key_hash, window_ms, expires_ms, n)
    SELECT scope, key_hash, window_ms + 60000, expires_ms + 60000, 1
    FROM throttle WHERE scope = 'search'
sql UPDATE throttle SET n = 1000 WHERE scope = 'search'

GET /search?q=film
status 429
see value="film"

accept application/json
GET /search?q=film
status 429
json error.code = limited

GET /search
status 200

# Suggestions while typing. Cached answers cost no statement and are not counted; others cost the
# count and one more, up to a number of requests a minute.
cache flush

GET /search/suggest?q=astr
status 200
json suggestions.0.kind = words
json suggestions.0.text = astronomy
json suggestions.0.url = /search?q=astronomy
json suggestions.1.kind = video
json suggestions.1.url = /watch/AAAAAAAAAA1
head Cache-Control: private, max-age=60
head Content-Type: application/json
limit queries 2 arena 60000

GET /search/suggest?q=astr
json suggestions.0.text = astronomy
limit queries 0 arena 10000

GET /search/suggest?q=secre
json suggestions.length = 0

GET /search/suggest
json suggestions.length = 0

GET /search/suggest?q=%3Cb%3Emoon
json suggestions.1.text = "Gardening & \"the\" <b>moon</b>"

POST /search/suggest q=x
status 405

sql INSERT IGNORE INTO throttle (scope, key_hash, window_ms, expires_ms, n)
    SELECT scope, key_hash, window_ms + 60000, expires_ms + 60000, 1
    FROM throttle WHERE scope = 'suggest'
sql UPDATE throttle SET n = 10000 WHERE scope = 'suggest'

GET /search/suggest?q=garde
status 429
json error.code = limited
head Cache-Control: no-

GET /search/suggest?q=astr
status 200

# Words in the middle of a text without blanks, and apostrophes inside Ukrainian words.
sql DELETE FROM throttle
member nok
video TTTTTTTTTT1 by nok title=วิธีทำผัดไทยกุ้งสดแบบง่าย
video TTTTTTTTTT2 by nok title=ສະບາຍດີປະເທດລາວ
video TTTTTTTTTT3 by nok title=សួស្តីកម្ពុជា
video TTTTTTTTTT4 by nok title="М'ясо на вогні"
many 1..4 unread TTTTTTTTTT{n}
job reindex

accept application/json
GET /search?q=%E0%B8%9C%E0%B8%B1%E0%B8%94%E0%B9%84%E0%B8%97%E0%B8%A2
json videos.0.id = TTTTTTTTTT1
GET /search?q=%E0%B8%81%E0%B8%B8%E0%B9%89%E0%B8%87%E0%B8%AA%E0%B8%94
json videos.0.id = TTTTTTTTTT1
GET /search?q=%E0%B9%84%E0%B8%97%E0%B8%A2
json videos.0.id = TTTTTTTTTT1
GET /search?q=%E0%BA%A5%E0%BA%B2%E0%BA%A7
json videos.0.id = TTTTTTTTTT2
GET /search?q=%E1%9E%80%E1%9E%98%E1%9F%92%E1%9E%96%E1%9E%BB%E1%9E%87%E1%9E%B6
json videos.0.id = TTTTTTTTTT3
GET /search?q=%D0%BC%D1%8F%D1%81%D0%BE
json videos.0.id = TTTTTTTTTT4
json instead = ""
GET /search?q=%D0%BC%E2%80%99%D1%8F%D1%81%D0%BE
json videos.0.id = TTTTTTTTTT4
GET /search?q=%D0%BC%CA%BC%D1%8F%D1%81%D0%BE
json videos.0.id = TTTTTTTTTT4
