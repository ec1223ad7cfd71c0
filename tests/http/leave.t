# Leaving: a member deletes the account, has 14 days to change their mind, and is hidden meanwhile.

as nobody
GET /account/delete
status 303
head Location: /login?next=%2Faccount%2Fdelete

# A stolen login deletes nothing.
as ann
clock +11m
GET /account/delete
status 303
head Location: /login/again?next=%2Faccount%2Fdelete
POST /account/delete handle=ann
status 401
see Is it you?
db SELECT COUNT(*) FROM departure -> 0
POST /login/again password=the secret of ann&next=/account/delete
status 303
GET /account/delete
status 200
see Type ann.
not Your earnings
limit queries 9 arena 131072
GET /account/delete/keep
status 405
csrf none
POST /account/delete handle=ann
status 403
POST /account/delete handle=anna
status 400
see Type your handle, ann, to be sure.
see value="anna"
db SELECT COUNT(*) FROM departure -> 0
accept application/json
GET /account/delete
status 200
json due_at = 0
json days = 14
json handle = "ann"
json owed.is_asked = false

# Whoever has videos says what becomes of the earnings.
clock +0s
as sue
GET /account
status 200
as cleo@phone
GET /account
status 200
as cleo
GET /account
status 200
video AAAAAAAAAA1 by cleo title="Moon over the bay"
follows sue cleo
GET /account/delete
status 200
see Your earnings
see disabled
POST /account/delete handle=cleo
status 400
see Say what is to become of your earnings.
POST /account/delete handle=cleo&earnings=pay
status 409
see Give your bank account first
as nobody
GET /watch/AAAAAAAAAA1
status 200
as cleo
POST /account/delete handle=@CLEO&earnings=give
status 303
head Location: /account/delete
db SELECT d.earnings, d.due_ms - d.asked_ms, u.leaves_ms = d.due_ms, u.hidden FROM departure d JOIN user u ON u.id = d.user_id -> give,1209600000,1,1
db SELECT kind FROM notice -> deletion_planned
db SELECT COUNT(*) FROM session s JOIN user u ON u.id = s.user_id WHERE u.handle = 'cleo' AND revoked_ms = 0 -> 1

# Hidden: the channel, the videos, lists, search, feeds, previews.
cache flush
as nobody
GET /watch/AAAAAAAAAA1
status 404
GET /channel/cleo
status 404
GET /feed/channel/cleo
status 404
GET /embed/AAAAAAAAAA1
status 404
GET /
not Moon over the bay
GET /browse
not Moon over the bay
GET /search?q=moon
not AAAAAAAAAA1
GET /feed/new
not Moon over the bay
GET /sitemap/video/1.xml
not AAAAAAAAAA1
GET /oembed?url=http://127.0.0.1/watch/AAAAAAAAAA1
not Moon
as sue
GET /following/creators
not cleo

# The leaver sees one page.
as cleo
GET /account
status 303
head Location: /login?next=%2Faccount
GET /login
status 303
head Location: /account/delete
GET /account/delete
status 200
see Your account is about to be deleted
see Keep my account
GET /upload
status 303
POST /account name=x&handle=cleo&about=
status 403
see The page /account/delete says when
as cleo@phone
GET /login
status 200
as cleo@tablet
GET /login
status 303
head Location: /account/delete
POST /account/delete handle=cleo&earnings=give
status 303
db SELECT COUNT(*) FROM departure -> 1
accept application/json
GET /account/delete
status 200

# Taken back: everything is as it was.
as cleo@tablet
csrf none
POST /account/delete/keep
status 403
POST /account/delete/keep
status 303
head Location: /account?done=kept
GET /account?done=kept
status 200
see Your account stays
db SELECT COUNT(*) FROM departure -> 0
db SELECT leaves_ms, hidden FROM user WHERE handle = 'cleo' -> 0,0
db SELECT kind FROM notice ORDER BY id -> deletion_planned;deletion_taken_back
POST /account/delete/keep
status 303
as nobody
GET /watch/AAAAAAAAAA1
status 200
GET /channel/cleo
status 200

# The last operator stays.
as oleg
GET /account
status 200
as olga
GET /account
status 200
set member olga role=2
POST /account/delete handle=olga
status 409
see You are the only operator.
db SELECT COUNT(*) FROM departure -> 0
set member oleg role=2
as olga
POST /account/delete handle=olga
status 303
db SELECT COUNT(*) FROM departure -> 1
as oleg
POST /account/delete handle=oleg
status 409
see You are the only operator.

# Somebody who is banned may leave, too.
as bob
GET /account
status 200
set member bob blocked=1
GET /account/delete
status 200
POST /account/delete handle=bob
status 303
GET /account/delete
see Keep my account
GET /login
head Location: /account/delete
