site mail=smtp mail_from=site@videos.example

# A forgotten password, and the change of an address with its undoing.

clock 2031-05-01T12:30Z
job admin user add ann@example.org ann --password "correct horse battery"
job admin user add ben@example.org ben --password "correct horse battery"
GET /login
see href="/forgot"
GET /forgot
status 200
see <h1>Choose a new password</h1>
head Referrer-Policy: no-referrer
POST /forgot email=nonsense
status 400
see id="email-error"
db SELECT COUNT(*) FROM mail -> 0

# Known or not, the answer is the same.
as nobody
POST /forgot email=nobody@example.org
status 200
see If there is an account with the address <strong>nobody@example.org</strong>
db SELECT COUNT(*) FROM mail -> 0
POST /forgot email=Ann@Example.org
status 200
see If there is an account with the address <strong>Ann@Example.org</strong>
db SELECT kind, address FROM mail -> reset_password,
let LINK = db SELECT link FROM mail
let TOKEN = db SELECT SUBSTRING(link, 14) FROM mail

# The page uses nothing up, and refuses a bad password with the link still good.
as nobody@ann
GET $LINK
status 200
see @ann
head Referrer-Policy: no-referrer
head Cache-Control: no-store
POST $LINK password=short
status 400
see Please use at least 10 characters.
csrf none
POST $LINK password=a very new password
status 403
GET /reset?token=wrong
status 404
see Was it copied as a whole
# The token is good for nothing else.
GET /verify?token=$TOKEN
status 404
GET /verify/undo?token=$TOKEN
status 404

# It ends all log-ins, logs nobody in, and burns the other links of the account.
as nobody@thief
POST /login name=ann&password=correct horse battery
status 303
POST /account/email email=thief@example.org
status 303
let THIEF = db SELECT link FROM mail WHERE kind = 'address_change'
as nobody@ann
POST /forgot email=ann@example.org
status 200
let SECOND = db SELECT link FROM mail WHERE kind = 'reset_password' ORDER BY id DESC LIMIT 1
header Origin: null
POST $LINK password=a very new password
status 303
head Location: /login?done=reset
not Set-Cookie: at=
GET /login?done=reset
see Your password is changed
GET /account
status 303
as nobody@thief
GET /account
status 303
head Location: /login
GET $THIEF
status 410
GET $SECOND
status 410
see changed after it was sent
POST $SECOND password=another new password
status 410
POST $LINK password=another new password
status 410
see works only once
db SELECT kind, address, fields LIKE '%network 127.0.0.0/24%' FROM mail WHERE kind = 'password_changed' -> password_changed,,1

as nobody@ann
POST /login name=ann&password=correct horse battery
status 400
POST /login name=ann@example.org&password=a very new password
status 303

# Three mails an address and day, of all addresses alike.
as nobody
POST /forgot email=ann@example.org
status 200
POST /forgot email=ANN@example.org
status 429
see asked for several times
POST /forgot email=nobody@example.org
status 200
POST /forgot email=nobody@example.org
status 200
POST /forgot email=nobody@example.org
status 429
see asked for several times
db SELECT COUNT(*) FROM mail WHERE kind = 'reset_password' -> 3

# A link lives for an hour.
let LINK = db SELECT link FROM mail WHERE kind = 'reset_password' ORDER BY id DESC LIMIT 1
clock 2031-05-01T13:31Z
GET $LINK
status 410
see too old
POST $LINK password=another new password
status 410

# A program.
accept application/json
body application/json
    {"email": "ben@example.org"}
POST /forgot
status 200
json state = sent
let TOKEN = db SELECT SUBSTRING(link, 14) FROM mail WHERE kind = 'reset_password' ORDER BY id DESC LIMIT 1
accept application/json
GET /reset?token=$TOKEN
json handle = ben
accept application/json
body application/json
    {"password": "short"}
POST /reset?token=$TOKEN
status 400
json error.field = password

# Changing an address needs a fresh proof.
clock 2031-05-01T13:40Z
as nobody@ann
POST /login name=ann&password=a very new password
status 303
GET /account/email
status 200
see ann@example.org
POST /account/email email=ann@example.org
status 400
see This is your address already.
POST /account/email email=x@
status 400
see value="x@"
POST /account/email email=Ann@new.example
status 303
head Location: /account/email
GET /account/email
see We sent a link to <strong>Ann@new.example</strong>
db SELECT kind, address FROM mail ORDER BY id DESC LIMIT 1 -> address_change,Ann@new.example
db SELECT email FROM user WHERE handle = 'ann' -> ann@example.org
let LINK = db SELECT link FROM mail ORDER BY id DESC LIMIT 1

# To an address that has an account: the same page; its owner is told.
as nobody@ann
POST /account/email email=ben@example.org
status 303
head Location: /account/email
GET /account/email
see We sent a link to <strong>ben@example.org</strong>
db SELECT m.kind, u.handle FROM mail m JOIN user u ON u.id = m.user_id ORDER BY m.id DESC LIMIT 1 -> address_in_use,ben
# The wish before is void.
GET $LINK
status 410
POST /account/email email=ann@new.example
status 303
let LINK = db SELECT link FROM mail ORDER BY id DESC LIMIT 1
clock 2031-05-01T13:55Z
GET /account/email
status 303
head Location: /login/again?next=%2Faccount%2Femail
POST /account/email email=ann@new.example
status 401
see Is it you?

# Used: mails and log-ins change over; the old address can take it back.
as nobody@phone
GET $LINK
status 200
see ann@new.example
POST $LINK
status 303
head Location: /verify?done=changed
GET /verify?done=changed
see The old one was told
POST $LINK
status 410
see the address is changed
db SELECT email, address FROM user WHERE handle = 'ann' -> ann@new.example,ann@new.example
db SELECT kind, address FROM mail ORDER BY id DESC LIMIT 1 -> address_changed,ann@example.org
let UNDO = db SELECT link FROM mail ORDER BY id DESC LIMIT 1
POST /login name=ann@example.org&password=a very new password
status 400
POST /login name=ann@new.example&password=a very new password
status 303

# Whoever has the account changes it once more, and the password.
as nobody@phone
POST /account/email email=far@new.example
status 303
let LINK = db SELECT link FROM mail ORDER BY id DESC LIMIT 1
POST $LINK
status 303
let SECOND_UNDO = db SELECT link FROM mail ORDER BY id DESC LIMIT 1
POST /account/password present=a very new password&password=mine all mine now
status 303
db SELECT email FROM user WHERE handle = 'ann' -> far@new.example

# The first undo brings the first address back, a new password, ends all log-ins and the later undo.
as nobody@owner
GET $UNDO
status 200
see ann@example.org
see @ann
head Referrer-Policy: no-referrer
POST $UNDO password=short
status 400
see id="password-error"
POST $UNDO password=back to the owner
status 303
head Location: /login?done=undone
GET /login?done=undone
see The old address is back
db SELECT email FROM user WHERE handle = 'ann' -> ann@example.org
as nobody@phone
GET /account
status 303
POST /login name=ann&password=mine all mine now
status 400
POST $SECOND_UNDO password=never never never
status 410
as nobody@owner
POST /login name=ann@example.org&password=back to the owner
status 303
POST $UNDO password=back to the owner
status 410
see was taken back

# A banned member may reset a password, a closed account gets no link.
sql UPDATE user SET closed_ms = 1 WHERE handle = 'ben'
clock 2031-05-02T12:40Z
as nobody
POST /forgot email=ben@example.org
status 200
db SELECT COUNT(*) FROM mail WHERE made_ms > (SELECT MAX(made_ms) - 60000 FROM mail) AND kind = 'reset_password' -> 0
