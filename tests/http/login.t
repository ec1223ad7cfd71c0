# Login: logging in and out, the answer to a wrong guess, how often one may guess, and what a
# session is: two cookies, one row, ended by its owner or by a value that is used twice.

GET /login?next=/studio
status 200
see <h1>Log in</h1>
see name="next" value="/studio"
limit queries 0 arena 65536
HEAD /login
status 200
not <h1>
DELETE /login
status 405
head Allow: GET, POST

GET /login?done=everywhere
see You have been logged out on every device.
GET /login?done=<script>
not <script>

job admin user add ann@example.org ann --password "correct horse battery"
job admin user add ben@example.org ben --password "correct horse battery"

csrf none
POST /login name=ann&password=correct horse battery
status 403
header Sec-Fetch-Site: cross-site
POST /login name=ann&password=correct horse battery
status 403
see This form was sent from another site.

header Origin: https://evil.example
POST /login name=ann&password=correct horse battery
status 403
db SELECT COUNT(*) FROM session -> 0

# Wrong in any way: the same answer.
POST /login name=ann@example.org&password=wrong horse battery&next=/studio
status 400
see E-mail or password is wrong.
see value="ann@example.org"
see name="next" value="/studio"
not wrong horse battery
POST /login name=nobody-here@example.org&password=wrong horse battery
status 400
see E-mail or password is wrong.
POST /login name=<script>alert(1)</script>&password=x
status 400
see E-mail or password is wrong.
see value="&lt;script&gt;alert(1)&lt;/script&gt;"
POST /login
status 400
see E-mail or password is wrong.

job admin user close ben ben --reason "He asked for it."
as nobody@blocked
accept application/json
header Cookie:
body application/json
    {"name": "ben", "password": "correct horse battery"}
POST /login
status 400
json error.message = E-mail or password is wrong.
job admin user unblock ben

raw application/x-www-form-urlencoded
    name=%c3%28
POST /login
status 400
see must be UTF-8
raw application/json
    {"name": "ann", "password": \xff}
POST /login
status 400
body application/json
    ["ann"]
POST /login
status 400
body application/x-www-form-urlencoded zeros 500000
POST /login
status 413

# Logging in, as a person.
as nobody@ann
POST /login name= ANN@example.ORG &password=correct horse battery&next=/account/sessions
status 303
head Location: /account/sessions
db SELECT COUNT(*) FROM session WHERE revoked_ms = 0 -> 1
GET /login?next=/account
status 303
head Location: /account
GET /login
head Location: /
POST /login name=ben&password=correct horse battery&next=https://evil.example/
status 303
head Location: /
# another account in the same browser: the login before it has ended
db SELECT COUNT(*) FROM session WHERE revoked_ms = 0 -> 1
GET /account
see ben@example.org
head Cache-Control: no-store
head Clear-Site-Data:

# Logging out: only by a form, and at once.
as nobody@ann
GET /logout
status 404
csrf none
POST /logout
status 403
POST /logout
status 303
head Location: /
head Clear-Site-Data: "cache", "storage"
db SELECT COUNT(*) FROM session WHERE revoked_ms = 0 -> 0
GET /account
status 303
head Location: /login?next=%2Faccount
POST /logout
status 303

# Logging in, as a program: with a token, without a form token, and without any cookie.
as nobody@program
accept application/json
header Cookie:
header User-Agent: curl/7.88
body application/json
    {"name": "ann", "password": "correct horse battery"}
POST /login
status 200
head Content-Type: application/json
head Set-Cookie: at=
let TOKEN = json token
header Authorization: Bearer $TOKEN
GET /account
status 200
json email = ann@example.org
POST /logout
status 303
GET /account
status 401
json error.message = The token is not valid or has expired. Log in again.

# The same from a program that sends no Accept header.
as nobody@program2
header Cookie:
body application/json
    {"name": "ann", "password": "correct horse battery"}
POST /login
status 200
head Content-Type: application/json

# Tokens that are not ours.
accept application/json
header Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.
GET /account
status 401

accept application/json
header Authorization: Bearer $TOKEN.x
GET /account
status 401

as nobody@junk
header Cookie: at=$TOKEN; rt=1.AAAA.0000
GET /account
status 303
head Set-Cookie: rt=; Path=/; Max-Age=0
head Clear-Site-Data: "cache", "storage"

# After five wrong passwords this name has to pause on this network; others are not affected.
clock 2031-05-01T12:05Z
sql DELETE FROM throttle
as nobody@guess
POST /login name=ann&password=wrong horse battery
status 400
POST /login name=Ann&password=wrong horse battery
status 400
POST /login name=ann&password=wrong horse battery
status 400
POST /login name=ann&password=wrong horse battery
status 400
POST /login name=ann&password=wrong horse battery
status 400
POST /login name=ann&password=correct horse battery
status 429
see Too many attempts. Try again in 10 minutes.
not E-mail or password is wrong.
cache flush
POST /login name=ann&password=correct horse battery
status 429
db SELECT scope, n FROM throttle ORDER BY scope -> login,5;login-network,5
as nobody@ben
POST /login name=ben&password=correct horse battery
status 303
clock 2031-05-01T12:16Z
as nobody@guess
POST /login name=ann&password=correct horse battery
status 303

# A hundred from one network, whatever the names.
sql DELETE FROM throttle
as nobody@guess2
POST /login name=nobody1&password=wrong horse battery
status 400
sql UPDATE throttle SET n = 100 WHERE scope = 'login-network'
POST /login name=ann&password=correct horse battery
status 429
see Try again in 44 minutes.
sql DELETE FROM throttle
cache flush
clock +0s

# A session: the first cookie lasts 15 minutes, the second renews both.
as nobody@tab
POST /login name=ann&password=correct horse battery
let FIRST = cookie rt
let ID = db SELECT MAX(id) FROM session
GET /account
status 200
head Set-Cookie:
clock +16m
GET /account
status 200
head Set-Cookie: at=
let SECOND = cookie rt
db SELECT COUNT(*) FROM session WHERE id = $ID AND used_ms > created_ms + 900000 -> 1

# The previous value stays valid for another half minute, for a second tab; it renews nothing.
clock +970s
as nobody@tab2
header Cookie: rt=$FIRST
GET /account
status 200
head Set-Cookie: at=

# Copied and used later, it ends the login for both.
clock +17m
as nobody@thief
header Cookie: rt=$FIRST
GET /account
status 303
head Location: /login
db SELECT revoked_ms > 0 FROM session WHERE id = $ID -> 1
as nobody@tab
GET /account
status 303

# So does a value that was replaced twice.
clock +0s
as nobody@twice
POST /login name=ann&password=correct horse battery
let FIRST = cookie rt
let ID = db SELECT MAX(id) FROM session
clock +16m
GET /account
status 200
clock +32m
GET /account
status 200
db SELECT revoked_ms FROM session WHERE id = $ID -> 0
as nobody@thief2
header Cookie: rt=$FIRST
GET /account
status 303
db SELECT revoked_ms > 0 FROM session WHERE id = $ID -> 1

# A value that we never issued ends nothing.
clock +0s
as nobody@forged
POST /login name=ann&password=correct horse battery
let ID = db SELECT MAX(id) FROM session
header Cookie: rt=$ID.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.0000000000000000000000000000000000000000000000000000000000000000
GET /account
status 303
db SELECT revoked_ms FROM session WHERE id = $ID -> 0

# Expired after two weeks without use, and after ninety days in any case.
as nobody@idle
POST /login name=ann&password=correct horse battery
clock +14d
GET /account
status 303
head Location: /login

# Blocked, demoted, renamed: the next request knows.
clock +0s
as mona
GET /account
status 200
job admin user block mona
GET /account
status 303
job admin user unblock mona
