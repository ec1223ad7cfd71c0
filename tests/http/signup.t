# Sign-up: who gets an account, what each field refuses, where one is sent afterwards, and the
# limits on both.

clock 2031-05-01T12:30Z
GET /signup
status 200
see <h1>Sign up</h1>
see name="next" value="/"
head Set-Cookie: pre=
limit queries 0 arena 65536

# A link to our form cannot lead to another site.
GET /signup?next=/watch/AAAAAAAAAAA
see name="next" value="/watch/AAAAAAAAAAA"
see href="/login?next=%2Fwatch%2FAAAAAAAAAAA"
GET /signup?next=//evil.example/
see name="next" value="/"
GET /signup?next=/%5Cevil.example/
see name="next" value="/"
GET /signup?next=https://evil.example/
see name="next" value="/"
GET /signup?next=/"><script>
not <script>
see name="next" value="/"

# lighttpd refuses this one itself.
only cgi
GET /signup?next=/a%0d%0aSet-Cookie:%20x=1
see name="next" value="/"

csrf none
POST /signup email=ann@example.org&handle=ann&password=correct horse battery
status 403
db SELECT COUNT(*) FROM user -> 0

PATCH /signup
status 405
head Allow: GET, POST

# What each field refuses; what was typed stays, the password does not.
POST /signup email=<i>"nobody"&handle=ann&name=Ann <b>&password=correct horse battery&next=/upload
status 400
see Please give an e-mail address such as name@example.org.
see value="&lt;i&gt;&quot;nobody&quot;"
see value="Ann &lt;b&gt;"
see id="email-error"
see name="next" value="/upload"
not correct horse battery
not <i>
not <b>

POST /signup email=ann@example.org&handle=<u>x&password=correct horse battery
status 400
see A handle has 3 to 30 characters from a-z, 0-9, - and _, and begins with a letter.
see value="&lt;u&gt;x"

POST /signup email=ann@example.org&handle=admin&password=correct horse battery
status 409
see This handle is taken.

POST /signup email=ann@example.org&handle=ann&password=short
status 400
see Please use at least 10 characters.

POST /signup email=ann@example.org&handle=ann&password=password123
status 400
see because many people have it

POST /signup email=ann@example.org&handle=ann&password=ann@example.org
status 400
see your e-mail address

POST /signup
status 400
see id="email-error"

# All that is wrong is said at once, at its field and above the form, and linked to it.
POST /signup email=nobody&handle=<u>x&name=Ann&password=short
status 400
see Please correct these fields:
see <a href="#email">Please give an e-mail address
see <a href="#handle">A handle has 3 to 30 characters
see <a href="#password">Please use at least 10 characters.
see id="email-error"
see id="handle-error"
see id="password-error"
not id="name-error"
see aria-describedby="handle-hint handle-error" aria-invalid="true"
see value="nobody"
see value="Ann"

raw application/x-www-form-urlencoded
    email=a%ff@example.org
POST /signup
status 400
see The field &quot;email&quot; contains characters that cannot be read (it must be UTF-8)

body application/x-www-form-urlencoded zeros 8193
POST /signup
status 413

body text/plain
    email=ann@example.org
POST /signup
status 415

db SELECT COUNT(*) FROM user -> 0

# A valid one signs in at once and goes where it was asked to; the e-mail's domain becomes lower
# case.
as nobody@ann
POST /signup email= Ann@Example.ORG &handle= Ann_1 &name=&password=correct horse battery&next=/account
status 303
head Location: /account
head Set-Cookie: rt=
head Set-Cookie: HttpOnly; SameSite=Lax
db SELECT email, handle, display_name, role FROM user -> Ann@example.org,ann_1,ann_1,0
db SELECT COUNT(*) FROM credential WHERE password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' -> 1
GET /account
status 200
see Ann@example.org

# Members who are signed in already are sent on.
as nobody@ann
GET /signup
status 303
head Location: /
GET /signup?next=/upload
status 303
head Location: /upload

# Taken, in other letters too. The page says so: see app/people/account.h.
POST /signup email=aNN@example.org&handle=other&password=correct horse battery
status 409
see There is already an account with this e-mail address.
see value="other"

POST /signup email=other@example.org&handle=ANN_1&password=correct horse battery
status 409
see This handle is taken. Please choose another.
see value="other@example.org"

# A program.
as nobody@program
accept application/json
header Cookie:
body application/json
    {"email": "bot@example.org", "handle": "bot", "name": "Bot <3", "password": "correct horse battery"}
POST /signup
status 200
let TOKEN = json token
header Authorization: Bearer $TOKEN
GET /account
status 200
json handle = bot
json name = Bot <3

as nobody@program2
accept application/json
header Cookie:
body application/json
    {"email": "bot@example.org", "handle": "bot2", "password": "correct horse battery"}
POST /signup
status 409
json error.field = email
json error.code = conflict

# Five accounts for one network and day; this works without the cache.
as nobody@3
POST /signup email=c@example.org&handle=c-3&password=correct horse battery
status 303
as nobody@4
POST /signup email=d@example.org&handle=d-4&password=correct horse battery
status 303
as nobody@5
POST /signup email=e@example.org&handle=e-5&password=correct horse battery
status 303
as nobody@6
cache flush
POST /signup email=f@example.org&handle=f-6&password=correct horse battery
status 429
see Too many attempts. Try again in 12 hours.
see value="f@example.org"
db SELECT COUNT(*) FROM user -> 5

# The next day.
clock 2031-05-02T12:30Z
as nobody@7
POST /signup email=f@example.org&handle=f-6&password=correct horse battery
status 303
db SELECT COUNT(*) FROM user -> 6

# Finding out who has an account is limited, too: twenty attempts, successful or not.
sql UPDATE throttle SET n = 19 WHERE scope = 'signup-try'
as nobody@8
POST /signup email=ann@example.org&handle=g-7&password=correct horse battery
status 409
POST /signup email=ann@example.org&handle=g-7&password=correct horse battery
status 429
