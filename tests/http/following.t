# Following: what the creators one follows publish, and the list of them.

as nobody
GET /following
status 303
head Location: /login?next=%2Ffollowing

as vera
GET /following
status 200
see Nothing here yet
see Press “Follow” on a channel
GET /following/creators
status 200
see You do not follow anybody yet
GET /following/nonsense
status 404

as vera
POST /following
status 405

as cleo
GET /following

as dora
GET /following
let VERA = db SELECT id FROM user WHERE handle = 'vera'
let CLEO = db SELECT id FROM user WHERE handle = 'cleo'
let DORA = db SELECT id FROM user WHERE handle = 'dora'
sql UPDATE user SET display_name = 'Cleo <b>' WHERE handle = 'cleo'
sql INSERT INTO video (public_id, user_id, category_id, title, visibility, state, length_ms, created_ms, published_ms) VALUES ('AAAAAAAAAA1', $CLEO, 4, 'Older', 'public', 'ready', 1000, 1, 1795000000000), ('AAAAAAAAAA2', $DORA, 4, 'Newer <i>', 'public', 'ready', 1000, 1, 1795300000000), ('AAAAAAAAAA3', $CLEO, 4, 'Unlisted', 'unlisted', 'ready', 1000, 1, 1795300000001), ('AAAAAAAAAA4', $CLEO, 4, 'Not ready', 'public', 'processing', 0, 1, 0), ('AAAAAAAAAA5', $VERA, 4, 'Her own', 'public', 'ready', 1000, 1, 1795300000002)

as vera
POST /channel/cleo follow=on
status 303
POST /channel/dora follow=on
status 303
GET /following
status 200
see Newer &lt;i&gt;
see Older
see Cleo &lt;b&gt;
not Unlisted
not Not ready
not Her own
limit queries 3 arena 60000

# Newest first; pages; JSON.
as vera
accept application/json
GET /following
json videos.0.title = "Newer <i>"
json videos.1.title = Older
json next_url = ""

sql INSERT INTO video (public_id, user_id, category_id, title, state, length_ms, created_ms, published_ms) WITH RECURSIVE n AS (SELECT 10 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 33) SELECT CONCAT('CCCCCCCCC', i), $CLEO, 1, CONCAT('Number ', i), 'ready', 1000, 1, 1795200000000 + i FROM n
as vera
GET /following
see Newer
see Number 33
see Number 11
not Number 10
see href="/following?page=2" rel="next"
GET /following?page=2
see Number 10
see Older
GET /following?page=3
see Nothing more here
sql DELETE FROM video WHERE public_id LIKE 'CCCC%'

# --- The creators.
as vera
GET /following/creators
see Cleo &lt;b&gt;
see 2 creators
see 1 video, the latest
see href="/channel/dora"
see action="/channel/cleo" data-rate
see aria-pressed="true"
limit queries 2 arena 60000

as vera
accept application/json
GET /following/creators
json all = 2
json creators.0.handle = cleo
json creators.0.videos = 1
POST /channel/dora follow=off
json follow = off
json followed = false
POST /channel/dora follow=on
json follow = on

# A blocked creator is not there, nor is anything of theirs.
sql UPDATE user SET blocked = 1 WHERE handle = 'cleo'
as vera
GET /following
not Older
GET /following/creators
not Cleo
see 1 creator<
sql UPDATE user SET blocked = 0 WHERE handle = 'cleo'

as vera
POST /channel/cleo follow=off&from=following
status 303
head Location: /following/creators
GET /following
not Older
see Newer

# Others follow on their own.
as dora
GET /following
see Nothing here yet

sql INSERT INTO user (email, handle, display_name, created_ms) WITH RECURSIVE n AS (SELECT 100 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 148) SELECT CONCAT('many', i, '@example.org'), CONCAT('many', i), CONCAT('Many ', i), 1 FROM n
sql INSERT INTO follow (user_id, channel_id, since_ms) SELECT $VERA, id, 1 FROM user WHERE handle LIKE 'many%'
as vera
GET /following/creators
see 50 creators
see Many 146
not Many 147
GET /following/creators?page=2
see Many 147
see Many 148
see 50 creators
GET /following/creators?page=3
see Nothing more here
