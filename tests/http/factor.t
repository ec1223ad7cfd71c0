# The second step of a log-in: an authenticator app and recovery codes; what asks for it, and what does not
# get past it.

GET /account/factor
status 303
head Location: /login?next=%2Faccount%2Ffactor

# Everything here needs a fresh proof.
as ann
clock +11m
GET /account/factor
status 303
head Location: /login/again?next=%2Faccount%2Ffactor
GET /account/factor/app
status 303
POST /account/factor/app do=remove
status 401
POST /account/factor/app do=add&offer=x&code=123456
status 401
see Is it you?
POST /account/factor/codes
status 303
accept application/json
GET /account/factor
status 401
json error.code = fresh-needed

clock 2031-05-01T12:05:10Z
as ann@2
GET /account/factor
status 200
see Whoever knows your password can log in
not Recovery codes
limit queries 4 arena 65536
GET /account/factor/app
status 200
see viewBox="0 0
see role="img" aria-label="QR code
let OFFER = body name="offer" value="([^"]+)"
let SECRET = body <code class="key">([A-Z2-7 ]+)
limit queries 3 arena 300000
db SELECT COUNT(*) FROM totp -> 0
POST /account/factor/app do=add&offer=$OFFER&code=000000
status 400
see not the code that the app shows now
see name="offer" value="$OFFER"
see aria-invalid="true"
not value="000000"
POST /account/factor/app do=add&offer=made up&code=000000
status 400
see This page was open for too long
see name="offer"
not made up
let CODE = totp $SECRET
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 200
see <h1>Your recovery codes</h1>
see Its code is asked for after your password
head Cache-Control: no-store
let ONE = body <code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>
let TWO = body (?:<code>.{11}</code>\s*</li>\s*<li>){1}<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>
db SELECT COUNT(*), SUM(used_ms) FROM recovery_code -> 10,0
db SELECT has_factor FROM user WHERE handle = 'ann' -> 1
db SELECT COUNT(*) FROM notice WHERE kind = 'factor_changed' -> 1
GET /account/factor
status 200
see Your password alone is not enough
see You have 10 left

# Neither the secret nor a code can be read in the database.
db SELECT COUNT(*) FROM totp WHERE secret LIKE CONCAT('%', REPLACE('$SECRET', ' ', ''), '%') -> 0
db SELECT COUNT(*) FROM recovery_code WHERE code_hash LIKE '%$ONE%' -> 0

# One app is enough.
as ann@2
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 409
see There is an authenticator app already

# A log-in stops after the password: there is no session, no cookie, and the text is no token.
as nobody@new
POST /login name=ann&password=the secret of ann&next=/studio
status 200
see <h1>One more step</h1>
see name="next" value="/studio"
not Set-Cookie: at=
not Set-Cookie: rt=
let HALF = body name="half" value="([^"]+)"
db SELECT COUNT(*) FROM session -> 2
GET /account
status 303
head Location: /login
GET /login/code
status 303
head Location: /login

as nobody@bearer
header Authorization: Bearer $HALF
accept application/json
GET /account
status 401

# The code that set it up, and all earlier ones, are used up; wrong ones are refused and counted.
as nobody@new
POST /login/code half=$HALF&code=$CODE&next=/studio
status 400
see This code has been used already
let EARLY = totp $SECRET -1
POST /login/code half=$HALF&code=$EARLY&next=/studio
status 400
see This code has been used already
let FAR = totp $SECRET 2
POST /login/code half=$HALF&code=$FAR&next=/studio
status 400
see This code is wrong
see name="half" value="$HALF"
see name="next" value="/studio"
POST /login/code half=$HALF&code=AAAAA-AAAAA&next=/studio
status 400
see This code is wrong
POST /login/code half=x$HALF&code=123456
status 400
see Please log in again
csrf none
POST /login/code half=$HALF&code=123456
status 403
let NEXT = totp $SECRET 1
POST /login/code half=$HALF&code=$NEXT&next=/studio
status 303
head Location: /studio
head Set-Cookie: at=
GET /account
status 200

# The same code once more, from somewhere else.
as nobody@thief
POST /login name=ann&password=the secret of ann
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=$NEXT
status 400
see This code has been used already

# A recovery code, as somebody types it from paper, is good for one time.
clock 2031-05-01T12:21Z
as nobody@paper
POST /login name=ann@example.org&password=the secret of ann&next=https://evil.example/
status 200
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code= $ONE &next=https://evil.example/
status 303
head Location: /
db SELECT COUNT(*) FROM recovery_code WHERE used_ms > 0 -> 1

as nobody@again
POST /login name=ann&password=the secret of ann
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=$ONE
status 400
see This code is wrong

# Tries are counted per account, wherever they come from.
clock 2031-05-01T12:36Z
as nobody@guess
POST /login name=ann&password=the secret of ann
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=000000
status 400
sql UPDATE throttle SET n = 9 WHERE scope = 'factor'
POST /login/code half=$HALF&code=000000
status 400
POST /login/code half=$HALF&code=000000
status 429
see Too many attempts
let CODE = totp $SECRET
POST /login/code half=$HALF&code=$CODE
status 429

# Half a log-in ends after ten minutes, or when the password changes.
clock 2031-05-01T12:51Z
as nobody@slow
POST /login name=ann&password=the secret of ann
let HALF = body name="half" value="([^"]+)"
clock 2031-05-01T13:02Z
let CODE = totp $SECRET
POST /login/code half=$HALF&code=$CODE&next=/studio
status 400
see <h1>Log in</h1>
see This took too long
see name="next" value="/studio"
POST /login name=ann&password=the secret of ann
let HALF = body name="half" value="([^"]+)"
job admin user password ann --password "another one of ann"
POST /login/code half=$HALF&code=$CODE
status 400
see This took too long
POST /login name=ann&password=another one of ann
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=$CODE
status 303

# A program.
clock 2031-05-01T13:20Z
as nobody@program
accept application/json
body application/json
    {"name": "ann", "password": "another one of ann"}
POST /login
status 200
json app = true
json passkey = false
let HALF = json half
let CODE = totp $SECRET
body application/json
    {"half": "$HALF", "code": "123"}
POST /login/code
status 400
json error.field = code
body application/json
    {"half": "$HALF", "code": "$CODE"}
POST /login/code
status 200
let TOKEN = json token

as nobody@program2
header Authorization: Bearer $TOKEN
accept application/json
GET /account/factor
status 200
json second_step = true
json codes_unused = 9

# New recovery codes make the old ones void.
header Authorization: Bearer $TOKEN
accept application/json
POST /account/factor/codes
status 200
let NEW = json codes.3
db SELECT COUNT(*), SUM(used_ms) FROM recovery_code -> 10,0

as nobody@old
POST /login name=ann&password=another one of ann
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=$TWO
status 400
POST /login/code half=$HALF&code=$NEW
status 303

# Without the app, the password is enough, and recovery codes are gone.
as nobody@old
POST /account/factor/app do=remove
status 303
head Location: /account/factor?done=app-gone
GET /account/factor?done=app-gone
see The authenticator app has been removed
see Whoever knows your password
POST /account/factor/app do=remove
status 409
POST /account/factor/codes
status 409
db SELECT (SELECT COUNT(*) FROM totp), (SELECT COUNT(*) FROM recovery_code), has_factor FROM user WHERE handle = 'ann' -> 0,0,0

as nobody@plain
POST /login name=ann&password=another one of ann
status 303

# What was typed before a log-in is kept through both steps.
clock 2031-05-01T14:00Z
as ben
GET /account/factor/app
let OFFER = body name="offer" value="([^"]+)"
let SECRET = body <code class="key">([A-Z2-7 ]+)
let CODE = totp $SECRET
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 200
GET /account
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
csrf none
POST /account handle=ben&name=Ben of the sea&csrf=$OLD
status 401
let KEPT = body name="kept" value="([^"]+)"
POST /login name=ben&password=the secret of ben&kept=$KEPT
status 200
see name="kept" value="$KEPT"
let HALF = body name="half" value="([^"]+)"
POST /login/code half=$HALF&code=000000&kept=$KEPT
status 400
see name="kept" value="$KEPT"
let CODE = totp $SECRET 1
POST /login/code half=$HALF&code=$CODE&kept=$KEPT
status 200
see Send what you typed?
see Ben of the sea

# An offer is for one member.
as cora
GET /account/factor/app
let OFFER = body name="offer" value="([^"]+)"
let SECRET = body <code class="key">([A-Z2-7 ]+)
let CODE = totp $SECRET
as dora
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 400
db SELECT COUNT(*) FROM totp -> 1

# Passkeys need a site with a name, and 127.0.0.1 is none.
accept application/json
GET /login/passkey
status 404

GET /login/passkey
status 303
head Location: /login

as dora
GET /account/factor
see This site cannot have passkeys
POST /account/factor/passkey do=add&name=Phone&id=AAAA&client=e30&data=AAAA&algorithm=-7
status 400
see This passkey could not be checked
POST /account/factor/passkey do=remove&passkey=99
status 404
POST /login/again id=AAAA&client=e30&data=AAAA&signature=AAAA
status 400
see This site does not know this passkey

POST /login/passkey id=AAAA&client=e30&data=AAAA&signature=AAAA&next=/studio
status 400
see This site does not know this passkey
see name="next" value="/studio"
db SELECT COUNT(*) FROM passkey -> 0
