# What people were told: the list, how many are unread, and new videos of creators that they follow.

as nora
GET /notifications
status 200
see Nothing to tell
not class="badge"><span class="sr">, unread
as cara
GET /studio
let CARA = db SELECT id FROM user WHERE handle = 'cara'
let NORA = db SELECT id FROM user WHERE handle = 'nora'
member olaf
member dora
video AAAAAAAAAA1 by cara title="Film <one>" published=-1m
video AAAAAAAAAA2 by cara title=Old published=-3d
video AAAAAAAAAA3 by cara title=Private visibility=private published=-1m
video AAAAAAAAAA4 by dora title="Of somebody else" published=-1m
follows nora cara
follows olaf cara
sql UPDATE follow SET since_ms = 1

GET /notifications
head Location: /login

# Followers are told by a job, once, of public and new videos.
job tell_followers
db SELECT did FROM job_run WHERE job = 'tell_followers' -> videos=2 followers=2
db SELECT user_id = $NORA, kind, link FROM notice ORDER BY user_id = $NORA DESC LIMIT 1 -> 1,followed_video,/watch/AAAAAAAAAA1
job tell_followers
db SELECT COUNT(*) FROM notice -> 2
set video AAAAAAAAAA3 visibility=public
job tell_followers
db SELECT COUNT(*) FROM notice -> 4

# The head of each page says how many are unread; the list leads to what each is about.
as nora
GET /browse
see , unread: </span>2<
accept application/json
GET /notifications
json unread = 2
json notifications.0.kind = followed_video
json notifications.0.text = "“cara” has a new video: “Private”"
json notifications.0.url = /watch/AAAAAAAAAA3
json notifications.1.unread = true
accept text/html
GET /notifications
see <a href="/watch/AAAAAAAAAA1"><bdi>“cara” has a new video: “Film &lt;one&gt;”</bdi></a>
see class="new"
not , unread: </span>
limit queries 3 arena 200000
GET /notifications
not class="new"
GET /browse
not , unread: </span>
db SELECT COUNT(*) FROM notice WHERE read_ms = 0 -> 2

# Pages, and all at once.
as nora
sql INSERT INTO notice (user_id, kind, link, fields, made_ms) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL
    SELECT i + 1 FROM n WHERE i < 70) SELECT $NORA, 'receipt', '/account', CONCAT('number=', i, '\namount=1 EUR\n'), 1 FROM n
accept application/json
GET /notifications
json unread = 70
json notifications.length = 30
let NEXT = json next_url
GET $NEXT
json notifications.length = 30
let NEXT = json next_url
GET $NEXT
json notifications.length = 12
json next_url = ""
accept text/html
GET /notifications?before=1
see Nothing older
POST /notifications do=read
status 303
GET /notifications
not class="new"
POST /notifications do=what
status 400
