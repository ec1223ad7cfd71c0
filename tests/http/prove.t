# A fresh proof: what a stolen login must not do asks again who it is, ten minutes after the log-in.

GET /login/again?next=/studio
status 303
head Location: /login?next=%2Flogin%2Fagain%3Fnext%3D%2Fstudio

as ann
GET /login/again?next=/studio
status 303
head Location: /studio
accept application/json
GET /login/again
status 200
json fresh = true

as ann
DELETE /login/again
status 405
head Allow: GET, POST

clock +11m
as ann
GET /login/again?next=/studio
status 200
see <h1>Is it you?</h1>
see name="next" value="/studio"
limit queries 3 arena 65536
accept application/json
GET /login/again
status 200
json fresh = false

as ann
csrf none
POST /login/again password=the secret of ann
status 403
POST /login/again password=wrong&next=/studio
status 400
see That is not your current password.
see name="next" value="/studio"
see aria-invalid="true"
not value="wrong"
let RT = db SELECT refresh_hash FROM session
POST /login/again password=the secret of ann&next=https://evil.example/
status 303
head Location: /
head Set-Cookie: at=
head Set-Cookie: rt=
db SELECT refresh_hash = '$RT', previous_hash = '$RT' FROM session -> 0,1
GET /login/again?next=/studio
status 303
head Location: /studio
clock +20m
GET /login/again?next=/studio
status 303
clock +22m
GET /login/again?next=/studio
status 200

# A program gets a new token; wrong passwords count like failed log-ins.
as-token ann@program
accept application/json
body application/json
    {"password": "wrong"}
POST /login/again
status 400
json error.field = password
db SELECT SUM(n) FROM throttle WHERE scope = 'login-network' -> 2

as-token ann@program
body application/json
    {"password": "the secret of ann"}
POST /login/again
status 200
let TOKEN = json token

as nobody@program
accept application/json
header Authorization: Bearer $TOKEN
GET /login/again
status 200
json fresh = true

# A login from before a proof was kept has none.
sql UPDATE session SET proved_ms = 0
as ann
GET /login/again
status 200

# What operators do about money, terms and members.
clock +0s
as olga
set member olga role=2
GET /admin/settings/terms
status 200
clock +11m
GET /admin/settings/terms
status 303
head Location: /login/again?next=%2Fadmin%2Fsettings%2Fterms
POST /admin/settings/terms do=save&value=new terms&reason=test
status 401
see Is it you?
see name="kept"
POST /admin/settings/terms do=preview&value=new terms
status 200
GET /admin/acts
status 200
GET /admin/acts/new/member-block?member=ann
status 303
head Location: /login/again?next=%2Fadmin%2Facts%2Fnew%2Fmember-block%3Fmember%3Dann
POST /admin/acts/new/member-block do=confirm&member=ann&reason=a test of the proof
status 401
see Is it you?
see name="kept"
POST /admin/bank do=book&id=1
status 401
see Is it you?
see name="kept"
db SELECT COUNT(*) FROM act -> 0

as olga
accept application/json
POST /admin/settings/terms do=save&value=new terms&reason=test
status 401
json error.code = fresh-needed
db SELECT COUNT(*) FROM live_setting -> 0
