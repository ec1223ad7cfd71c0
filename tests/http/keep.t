# What was typed into a form is not lost when the login has ended or the page was open for too long:
# it is shown after the log-in, and sent by a button; never by another site, and never for another
# member without being told.

job admin user add ann@example.org ann --password "correct horse battery"
job admin user add ben@example.org ben --password "correct horse battery"

as nobody@ann
POST /login name=ann&password=correct horse battery
GET /account
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1

# The login has ended: the page to log in carries the form along.
as nobody@ann
csrf none
POST /account handle=ann&name=Ann <b>Q</b>&about=a+b & c%3Dd 100%25&csrf=$OLD
status 401
see <h1>Log in</h1>
see What you typed is kept
let KEPT = body name="kept" value="([^"]+)"
db SELECT display_name FROM user WHERE handle = 'ann' -> ann

# A wrong password keeps it, too.
as nobody@ann
POST /login name=ann&password=wrong horse battery&kept=$KEPT
status 400
see name="kept" value="$KEPT"

# Then it is shown, and nothing has been sent.
as nobody@ann
POST /login name=ann&password=correct horse battery&kept=$KEPT
status 200
see Send what you typed?
see action="/account"
see name="name" value="Ann &lt;b&gt;Q&lt;/b&gt;"
see <dd dir="auto">Ann &lt;b&gt;Q&lt;/b&gt;</dd>
see (@ann)
not typed by somebody
not $OLD
let NEW = body name="csrf" value="([^"]+)"
db SELECT display_name FROM user WHERE handle = 'ann' -> ann
csrf none
POST /account handle=ann&name=Ann Q&about=x&csrf=$NEW
status 303

# Another member is told whose it is.
as nobody@ben
POST /login name=ben&password=correct horse battery&kept=$KEPT
status 200
see It was typed by somebody who was logged in as @ann.
see (@ben)

# Changed, made up or old, it is dropped.
as nobody@other
POST /login name=ben&password=correct horse battery&kept=A$KEPT&next=/studio
status 303
head Location: /studio
as nobody@old
clock +25h
POST /login name=ben&password=correct horse battery&kept=$KEPT&next=/studio
status 303
head Location: /studio
clock +0s

# A form whose token was never ours is not kept: another site might have prepared it.
as nobody@stranger
csrf none
POST /account name=evil&csrf=500000.s1.0000000000000000000000000000000000000000000000000000000000000000
status 401
not kept" value
csrf none
POST /account name=evil
status 401
not kept" value
header Origin: https://evil.example
csrf none
POST /account name=evil&csrf=$OLD
status 403
not evil

# Still logged in, but the page was open for two days.
as nobody@ann
GET /account
let OLD = body name="csrf" value="([^"]+)"
clock +26h
csrf none
POST /account handle=ann&name=Later&about=&csrf=$OLD
status 403
see Send it once more
see open for too long
see name="name" value="Later"
not typed by somebody
let NEW = body name="csrf" value="([^"]+)"
csrf none
POST /account handle=ann&name=Later&about=&csrf=$NEW
status 303
clock +0s

# Passwords and codes are never carried, but asked for again.
as nobody@ann3
POST /login name=ann&password=correct horse battery
GET /account/password
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
csrf none
POST /account/password email=ann@example.org&present=correct horse battery&password=a new one entirely&csrf=$OLD
status 401
not a new one entirely
let KEPT = body name="kept" value="([^"]+)"
POST /login name=ann&password=correct horse battery&kept=$KEPT
status 200
see name="present" type="password"
see name="password" type="password"
not a new one entirely

# A visitor's form, open for two days.
as nobody@visitor
GET /signup
let OLD = body name="csrf" value="([^"]+)"
clock +26h
csrf none
POST /signup email=vera@example.org&handle=vera&password=correct horse battery&csrf=$OLD
status 403
see action="/signup"
see name="email" value="vera@example.org"
see name="password" type="password"
not correct horse battery
clock +0s

# Nobody's button needs a page: there is nothing typed in it.
as nobody@button
POST /login name=ann&password=correct horse battery
GET /account
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
csrf none
POST /logout csrf=$OLD
not kept" value

# Files cannot be kept, and the page says so.
as nobody@file
POST /login name=ann&password=correct horse battery
GET /account
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
file picture htdocs/favicon.svg
csrf none
POST /account/picture note=mine&csrf=$OLD
status 401
let KEPT = body name="kept" value="([^"]+)"
POST /login name=ann&password=correct horse battery&kept=$KEPT
status 200
see Files cannot be kept.

# Programs get their JSON.
as nobody@program
POST /login name=ann&password=correct horse battery
GET /account
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
accept application/json
csrf none
POST /account name=x&csrf=$OLD
status 401
json error.code = sign-in

# A fresh proof is asked for in the same way.
as nobody@fresh
POST /login name=ann&password=correct horse battery
status 303
GET /studio/payee
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET proved_ms = 1
csrf none
POST /studio/payee do=account&holder=Ann Archer&iban=x&csrf=$OLD
status 401
see Is it you?
let KEPT = body name="kept" value="([^"]+)"
POST /login/again password=correct horse battery&kept=$KEPT
status 200
see name="holder" value="Ann Archer"
see action="/studio/payee"

# What is too long to be carried along is not half carried along: the answer says what to do.
job admin user add olga@example.org olga --role operator --password "correct horse battery"
as nobody@long
POST /login name=olga&password=correct horse battery
GET /admin/money
let OLD = body name="csrf" value="([^"]+)"
sql UPDATE session SET revoked_ms = 1
body application/x-www-form-urlencoded zeros 300000
POST /account
status 401
see too long to be kept
