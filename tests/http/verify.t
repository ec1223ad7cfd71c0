site mail=smtp mail_from=site@videos.example signups_per_day=100

# Confirming an address: what an account may do before, that a claim blocks nobody and lapses, and that
# nobody learns from sign-up who has an account.

clock 2031-05-01T12:30Z
as nobody@ann
POST /signup email=Ann@Example.org&handle=ann&password=correct horse battery&next=/account
status 303
head Location: /account
db SELECT email, address IS NULL, claim_until_ms - created_ms FROM user -> Ann@example.org,1,259200000
db SELECT kind, address, user_id = (SELECT id FROM user) FROM mail -> confirm_address,Ann@example.org,1
let LINK = db SELECT link FROM mail

# They may look.
as nobody@ann
GET /
status 200
see Please confirm your e-mail address
see href="/verify"
GET /account
status 200
# They may do nothing else, and what was typed is kept.
POST /account handle=ann&name=Ann Q&about=
status 403
see First confirm your address
see name="name" value="Ann Q"
see href="/verify"
POST /subscribe months=1
status 403
see First confirm your address
POST /upload title=x
status 403
accept application/json
POST /account handle=ann&name=Ann&about=
status 403
json error.code = unconfirmed

# They may change the password and end log-ins, and log in by their handle.
as nobody@ann
GET /account/password
status 200
GET /account/email
status 303
head Location: /verify
as nobody@ann2
POST /login name=Ann@example.org&password=correct horse battery
status 400
see your handle can
POST /login name=ann&password=correct horse battery
status 303

# The page of the claim: again, or corrected.
as nobody@ann
GET /verify
status 200
see Ann@example.org
see value="Ann@example.org"
see @ann
head Referrer-Policy: no-referrer
head Cache-Control: no-store
POST /verify email=nonsense
status 400
see id="email-error"
see value="nonsense"
POST /verify email=ann@example.net
status 303
head Location: /verify?done=sent
db SELECT email FROM user -> ann@example.net
db SELECT COUNT(*) FROM mail WHERE kind = 'confirm_address' AND address = 'ann@example.net' -> 1
# The link to the mistyped address is void.
as nobody@stranger
GET $LINK
status 410
see no longer works
POST $LINK
status 410
db SELECT claim_until_ms > 0 FROM user -> 1
let LINK = db SELECT link FROM mail WHERE address = 'ann@example.net'

# Looking uses nothing up; the answer says whose it is.
as nobody@mailscanner
GET $LINK
status 200
see ann@example.net
see @ann
head Referrer-Policy: no-referrer
head Cache-Control: no-store
GET $LINK
status 200
csrf none
POST $LINK
status 403
GET /verify?token=x
status 404
see Was it copied as a whole
db SELECT claim_until_ms > 0 FROM user -> 1

# Somebody else claims the same address meanwhile, without learning anything.
as nobody@eve
POST /signup email=ann@example.net&handle=eve&password=correct horse battery
status 303
db SELECT COUNT(*) FROM mail WHERE kind = 'confirm_address' AND address = 'ann@example.net' -> 2
let EVE = db SELECT m.link FROM mail m JOIN user u ON u.id = m.user_id WHERE u.handle = 'eve'

# A browser sends no origin from such a page.
as nobody@phone
header Origin: null
header Sec-Fetch-Site: same-origin
POST $LINK
status 303
head Location: /verify?done=confirmed
GET /verify?done=confirmed
status 200
see Log in
db SELECT handle FROM user WHERE address = 'ann@example.net' -> ann
header Origin: null
POST /login name=ann&password=correct horse battery
status 403

as nobody@phone
POST $LINK
status 410
see confirmed already
# Eve's link comes too late: the address belongs to ann.
POST $EVE
status 409
see belongs to another account by now
db SELECT claim_until_ms > 0 FROM user WHERE handle = 'eve' -> 1

as nobody@ann
POST /account handle=ann&name=Ann Q&about=
status 303
GET /
not Please confirm your e-mail address
GET /verify
status 200
see ann@example.net is confirmed
as nobody@ann3
POST /login name=ann@example.net&password=correct horse battery
status 303

# With an address that has an account: the same answer, the same number of statements; the mail differs.
as nobody@free
POST /signup email=free@example.org&handle=free_one&password=correct horse battery
status 303
head Location: /
let FREE = head X-Queries: \d+
as nobody@used
POST /signup email=ann@example.net&handle=used_one&password=correct horse battery
status 303
head Location: /
head X-Queries: $FREE
db SELECT m.kind, m.link, u.handle FROM mail m JOIN user u ON u.id = m.user_id WHERE m.address = 'ann@example.net' ORDER BY m.id DESC LIMIT 1 -> address_in_use,/forgot,ann
GET /verify
status 200
see ann@example.net
as nobody@used2
POST /login name=ann@example.net&password=correct horse battery
status 303
as nobody@used3
POST /login name=used_one&password=correct horse battery
status 303
GET /
see Please confirm your e-mail address

# At most five such mails to one address a day, whoever asks.
as nobody@used
POST /verify email=ann@example.net
status 303
as nobody@used
POST /verify email=ann@Example.NET
status 303
as nobody@used
POST /verify email=ann@example.net
status 429
see Several mails were asked for
as nobody@more
POST /signup email=ann@example.net&handle=more_one&password=correct horse battery
status 429
db SELECT COUNT(*) FROM user WHERE handle = 'more_one' -> 0

# Claims lapse after three days, with their mails; confirmed accounts and claims that were paid for stay.
clock 2031-05-04T12:40Z
as nobody
GET $EVE
status 410
sql INSERT INTO subscription (user_id, provider, paid_until_ms, grace_until_ms) SELECT id, 'test', 1, 1 FROM user WHERE handle = 'free_one'
job sweep
db SELECT handle FROM user ORDER BY handle -> ann;free_one
db SELECT COUNT(*) FROM mail m LEFT JOIN user u ON u.id = m.user_id WHERE u.id IS NULL -> 0
# It can still be confirmed.
as nobody@free
POST /login name=free_one&password=correct horse battery
status 303
POST /verify email=free@example.org
status 303
let LINK = db SELECT link FROM mail WHERE address = 'free@example.org' ORDER BY id DESC LIMIT 1
POST $LINK
status 303
db SELECT COUNT(*) FROM user WHERE address = 'free@example.org' -> 1

# Those that the command line makes need no confirmation.
job admin user add zoe@example.org zoe --password "correct horse battery"
db SELECT address FROM user WHERE handle = 'zoe' -> zoe@example.org
