# Operators and moderators need a second step where the site wants it; and operators remove the one of a member
# who has lost device and codes.

as olga
set member olga role=2
as mona
set member mona role=1
GET /admin
status 200
job admin setting set operator_second_factor --value 1 --reason "So that a stolen password is not enough"
clock +6s

# Until then they are members like others, and led to the page where it is set up.
as olga
GET /admin
status 303
head Location: /account/factor
GET /admin/settings
status 303
head Location: /account/factor
POST /admin/settings/terms do=preview&value=x
status 303
head Location: /account/factor
GET /account/factor
status 200
see Moderators and operators of this site need a second step
GET /
status 200
not href="/admin"
accept application/json
GET /admin
status 403
see /account/factor

as mona
GET /admin
status 303
head Location: /account/factor
GET /admin/settings
status 303

as mary
GET /admin
status 404
GET /account/factor
not of this site need a second step

# A log-in leads there, too.
as nobody@olga
POST /login name=olga&password=the secret of olga&next=/admin
status 303
head Location: /account/factor

clock 2031-05-01T12:05:10Z
as olga@2
GET /account/factor/app
let OFFER = body name="offer" value="([^"]+)"
let SECRET = body <code class="key">([A-Z2-7 ]+)
let CODE = totp $SECRET
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 200
GET /admin
status 200
GET /account/factor
not of this site need a second step

# A member has one, and loses all of it.
as mary@2
GET /account/factor/app
let OFFER = body name="offer" value="([^"]+)"
let SECRET = body <code class="key">([A-Z2-7 ]+)
let CODE = totp $SECRET
POST /account/factor/app do=add&offer=$OFFER&code=$CODE
status 200
GET /account
status 200
job admin user factor-reset mary
exit 1
db SELECT has_factor FROM user WHERE handle = 'mary' -> 1

as olga@2
GET /admin/account/mary
see /admin/acts/new/member-factor-reset?member=mary
POST /admin/acts/new/member-factor-reset do=preview&member=mary&reason=Called, knew her last payments
status 200
see Recovery codes left
let SEEN = body name="seen" value="([^"]+)"
POST /admin/acts/new/member-factor-reset do=confirm&member=mary&reason=Called, knew her last payments&seen=$SEEN
status 303
db SELECT has_factor, (SELECT COUNT(*) FROM totp t WHERE t.user_id = u.id), (SELECT COUNT(*) FROM recovery_code c WHERE c.user_id = u.id) FROM user u WHERE handle = 'mary' -> 0,0,0
db SELECT why FROM moderation_log WHERE what LIKE 'Removed the second step%' -> Called, knew her last payments
db SELECT COUNT(*) FROM notice n JOIN user u ON u.id = n.user_id WHERE u.handle = 'mary' AND n.kind = 'factor_changed' -> 2
POST /admin/acts/new/member-factor-reset do=preview&member=mary&reason=once more
status 409
see mary has no second step

as mary@2
GET /account
status 303
head Location: /login

as nobody@mary
POST /login name=mary&password=the secret of mary&next=/studio
status 303
head Location: /studio

# By the command line, of an operator: then the role does not count until there is another one.
job admin user factor-reset olga --reason "Lost the telephone"
exit 0

as nobody@olga2
POST /login name=olga&password=the secret of olga&next=/admin
status 303
head Location: /account/factor
