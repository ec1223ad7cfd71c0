# The account: profile, picture, password and the list of logins, each only for its owner.

as nobody
GET /account
status 303
head Location: /login?next=%2Faccount
accept application/json
GET /account
status 401

POST /account name=x
status 401
POST /account/picture remove=1
status 401
GET /account/password
status 303
POST /account/password present=x&password=y
status 401
GET /account/sessions
status 303
POST /account/sessions all=1
status 401

as ann
GET /account
status 200
see ann@example.org
see You have no subscription yet.
see href="/subscribe"
limit queries 4 arena 65536
accept application/json
GET /account
json handle = ann
json subscribed = false
limit queries 4 arena 65536
GET /account/picture
status 404
GET /account/nonsense
status 404
DELETE /account
status 405

paid ann
as ann
GET /account
see Active
see Ends on 2 Oct 2096

# The profile, with hostile text in each field.
as ann
csrf none
POST /account name=x&handle=ann&about=
status 403
POST /account name=Ann "<b>"&handle=Ann&about=<script>alert(1)</script>%0D%0A</textarea>"
status 303
head Location: /account?done=profile
GET /account?done=profile
see Your profile has been saved.
see value="Ann &quot;&lt;b&gt;&quot;"
see &lt;script&gt;alert(1)&lt;/script&gt;
not <script>alert
not <b>
db SELECT about = '<script>alert(1)</script>\n</textarea>"' FROM user WHERE handle = 'ann' -> 1
accept application/json
GET /account
json name = Ann "<b>"

as ann
POST /account name=&handle=ann&about=
status 303
db SELECT display_name, about FROM user WHERE handle = 'ann' -> ann,

as ann
POST /account name=Ann&handle=a&about=Kept
status 400
see A handle has 3 to 30
see id="handle-error"
see Kept</textarea>
POST /account name=Ann&handle=login&about=
status 409
see This handle is taken.
accept application/json
POST /account name=Ann&handle=x y&about=
status 400
json error.field = handle

# Another member's handle is refused; one's own handle in other letters is no change.
as ben
POST /account name=Ben&handle=ANN&about=
status 409
see This handle is taken.
POST /account name=Ben&handle=BEN&about=
status 303
db SELECT handle FROM user ORDER BY id -> ann;ben

# A new handle: the old one is free.
as ben
POST /account name=Ben&handle=benjamin&about=
status 303
db SELECT COUNT(*) FROM user WHERE handle = 'ben' -> 0
POST /account name=Ben&handle=ben&about=
status 303

as ann
body application/x-www-form-urlencoded zeros 16385
POST /account
status 413
raw application/x-www-form-urlencoded
    name=%ed%a0%80&handle=ann
POST /account
status 400
see must be UTF-8

# The picture.
as ann
POST /account/picture
status 400
see Please choose a picture first.
file picture tests/http/account.t picture.jpg
POST /account/picture x=1
status 415
see id="picture-error"
db SELECT avatar_key FROM user WHERE handle = 'ann' -> 

as ann
file picture tests/data/avatar.png ../../etc/passwd
POST /account/picture x=1
status 303
head Location: /account?done=picture
let KEY = db SELECT avatar_key FROM user WHERE handle = 'ann'
db SELECT LENGTH(avatar_key) FROM user WHERE handle = 'ann' -> 22
GET /account?done=picture
see Your picture has been changed.
see /avatar/$KEY.jpg
only http
GET /avatar/$KEY.jpg
status 200
head Content-Type: image/jpeg
not a secret place

as ann
file picture tests/data/avatar.png
POST /account/picture x=1
status 303
db SELECT name = '$KEY.jpg' FROM file_removal WHERE folder = 'avatars' -> 1
POST /account/picture remove=1
status 303
db SELECT avatar_key FROM user WHERE handle = 'ann' -> 
db SELECT COUNT(*) FROM file_removal WHERE folder = 'avatars' -> 2
GET /account
not Remove the picture

# The password: the current one is needed; every other login ends.
as ann@phone
GET /account/password
status 200
as ann
GET /account/password
status 200
limit queries 1 arena 65536
csrf none
POST /account/password present=the secret of ann&password=better horse battery
status 403
POST /account/password present=not my secret&password=better horse battery
status 400
see That is not your current password.
not better horse battery
POST /account/password present=the secret of ann&password=short
status 400
see Please use at least 10 characters.
see id="password-error"
POST /account/password present=the secret of ann&password=better horse battery
status 303
head Location: /account/password?done=changed
GET /account/password?done=changed
see Your password has been changed. All other logins have ended.
as ann@phone
GET /account
status 303
as nobody@old
POST /login name=ann&password=the secret of ann
status 400
POST /login name=ann&password=better horse battery
status 303
as ann
POST /account/password present=better horse battery&password=the secret of ann
status 303

# Guessing the current password is limited like a login.
as ann
POST /account/password present=wrong&password=better horse battery
POST /account/password present=wrong&password=better horse battery
POST /account/password present=wrong&password=better horse battery
POST /account/password present=wrong&password=better horse battery
status 400
POST /account/password present=the secret of ann&password=better horse battery
status 429
see Too many attempts. Try again in

# The logins: only one's own; an ended login is invalid from its next request on.
as cleo
header User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
GET /account/sessions
status 200
see This one
limit queries 2 arena 65536

as cleo@phone
GET /account
status 200
as cleo
accept application/json
GET /account/sessions
json sessions.0.this = false
json sessions.1.this = true
let PHONE = json sessions.0.id
as ann
POST /account/sessions id=$PHONE
status 404
as cleo@phone
GET /account
status 200
as cleo
csrf none
POST /account/sessions id=$PHONE
status 403
POST /account/sessions id=-1
status 400
POST /account/sessions
status 400
POST /account/sessions id=$PHONE
status 303
head Location: /account/sessions?done=ended

as cleo
GET /account/sessions?done=ended
see That login has ended.
as cleo@phone
GET /account
status 303

# The browser's name for itself is only text.
as dave
sql UPDATE session
    SET agent = '<script>alert(1)</script> Chrome/1 Android', network = '"><b>'
    WHERE user_id = (SELECT id FROM user WHERE handle = 'dave')
GET /account/sessions
see Chrome on Android
see &quot;&gt;&lt;b&gt;
not <script>alert
not <b>

# Logging out everywhere, which includes this login.
as-token dave
accept application/json
GET /account
status 200
as dave
POST /account/sessions all=1
status 303
head Location: /login?done=everywhere
head Set-Cookie: rt=; Path=/; Max-Age=0
head Clear-Site-Data: "cache", "storage"
db SELECT COUNT(*) FROM session s JOIN user u ON u.id = s.user_id WHERE u.handle = 'dave' AND s.revoked_ms = 0 -> 0

# What other programs end a line with is taken as a line break (U+000B, U+000C, U+0085, U+2028, U+2029).
as lina
raw application/x-www-form-urlencoded
    handle=lina&name=Lina&about=one\x0btwo\x0cthree\xc2\x85four\xe2\x80\xa8five\xe2\x80\xa9six
POST /account
status 303
db SELECT REPLACE(about, CHAR(10), '/') FROM user WHERE handle = 'lina' -> one/two/three/four/five/six
# A name has one line: there it is a blank.
as lina
raw application/x-www-form-urlencoded
    handle=lina&name=Lina\x0bof\x0cthe\xe2\x80\xa8hills&about=
POST /account
status 303
db SELECT display_name FROM user WHERE handle = 'lina' -> Lina of the hills
