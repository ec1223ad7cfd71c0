# Searching: what is found, what comes close, and what is said when nothing does.

GET /search
status 200
see What would you like to watch?
head X-Robots-Tag: noindex

GET /search?q=++
status 200
see What would you like to watch?

# Rows as the library writes them: words as tokens, and the three-letter pieces of those in the title.
sql INSERT INTO user (email, handle, display_name, created_ms) VALUES ('cara@example.org', 'cara', 'Cara <b>&"''', 1), ('bert@example.org', 'bert', 'Bert', 1)
sql INSERT INTO video (public_id, user_id, category_id, title, tags, state, visibility, length_ms, views, created_ms, published_ms) SELECT id, (SELECT id FROM user WHERE handle = 'cara'), 4, title, tags, 'ready', visibility, 60000, views, 1, 1795000000000 FROM (SELECT 'AAAAAAAAAA1' AS id, 'Astronomy for beginners' AS title, '' AS tags, 10 AS views, 'public' AS visibility UNION SELECT 'AAAAAAAAAA2', 'Gardening & "the" <b>moon</b>', '', 500, 'public' UNION SELECT 'AAAAAAAAAA3', 'Go in C', '', 20, 'public' UNION SELECT 'AAAAAAAAAA4', '日本の空', '', 1, 'public' UNION SELECT 'AAAAAAAAAA5', 'Secret garden', '', 1, 'private') texts
sql INSERT INTO video_search (video_id, head, body, grams) SELECT v.id, t.head, t.body, t.grams FROM video v JOIN (SELECT 'AAAAAAAAAA1' AS id, '__astronomy __for __beginners' AS head, '__the __sky __over __the __garden' AS body, '_as ast str tro ron ono nom omy my_ _fo for or_ _be beg egi gin inn nne ner ers rs_' AS grams UNION SELECT 'AAAAAAAAAA2', '__gardening __the __b __moon __b', '', '_ga gar ard rde den eni nin ing ng_ _th the he_ _b_ _mo moo oon on_ _b_' UNION SELECT 'AAAAAAAAAA3', '__go __in __c', '__gardening __code', '_go go_ _in in_ _c_' UNION SELECT 'AAAAAAAAAA4', '__日 __本 __の __空', '', '_日_ _本_ _の_ _空_' UNION SELECT 'AAAAAAAAAA5', '__secret __garden', '', '_se sec ecr cre ret et_ _ga gar ard rde den en_') t ON t.id = v.public_id
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
see No video matches “gardenning”
see &lt;b&gt;moon&lt;/b&gt;
not <b>moon

accept application/json
GET /search?q=astronmy
json close = true
json instead = astronomy
json videos.length = 1

# Some of the words.
GET /search?q=astronomy+code
status 200
see No video has all of these words
see /watch/AAAAAAAAAA1
see /watch/AAAAAAAAAA3

# Nonsense, and words of private videos, find nothing and tell nothing; the page offers what is popular.
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

# 100 characters are enough, and characters are not bytes.
GET /search?q=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjk
status 400
see A search may have 100 characters
see value="aaaaaaaaaabbbbb

accept application/json
GET /search?q=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjk
status 400
json error.field = q

GET /search?q=%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC
status 200

# Pages.
sql INSERT INTO video (public_id, user_id, category_id, title, state, visibility, length_ms, views, created_ms, published_ms) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 30) SELECT LPAD(i, 11, 'D'), (SELECT id FROM user WHERE handle = 'cara'), 4, CONCAT('Film ', i), 'ready', 'public', 100000, i, 1, 1 FROM n
sql INSERT INTO video_search (video_id, head, body, grams) SELECT id, CONCAT('__film __', views), '', '_fi fil ilm lm_' FROM video WHERE public_id LIKE 'D%'

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

# What it costs: counting the try, and the list.
cache flush

GET /search?q=moon
limit queries 2 arena 30000

GET /search?q=moon
limit queries 1 arena 30000

POST /search
status 405

# Too many searches in a minute from one network. (The row of the next minute is for a test that meets
# the end of this one.)
sql INSERT IGNORE INTO throttle (scope, key_hash, window_ms, expires_ms, n) SELECT scope, key_hash, window_ms + 60000, expires_ms + 60000, 1 FROM throttle WHERE scope = 'search'
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
