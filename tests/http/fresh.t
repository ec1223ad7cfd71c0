# What a stolen login must not do, as a list: eleven minutes after the log-in, each of these asks again who it
# is, on its page and when it is sent.

as mary
as olga
set member olga role=2
clock +11m

as mary
GET /studio/payee
status 200
POST /studio/payee do=account&holder=Mary&iban=AT611904300234573201
status 401
see Is it you?
GET /account/email
status 303
head Location: /login/again?next=%2Faccount%2Femail
POST /account/email email=other@example.org
status 401
see Is it you?
GET /account/factor
status 303
head Location: /login/again?next=%2Faccount%2Ffactor
GET /account/factor/app
status 303
head Location: /login/again
POST /account/factor/app do=add&offer=x&code=1
status 401
POST /account/factor/app do=remove
status 401
POST /account/factor/passkey do=add&name=Phone
status 401
POST /account/factor/passkey do=remove&passkey=1
status 401
POST /account/factor/codes
status 303
head Location: /login/again
GET /account/delete
status 303
head Location: /login/again?next=%2Faccount%2Fdelete
POST /account/delete handle=mary
status 401
see Is it you?
POST /account/export
status 303
head Location: /login/again
db SELECT (SELECT COUNT(*) FROM payee), (SELECT COUNT(*) FROM link), (SELECT COUNT(*) FROM departure) -> 0,0,0

# A change of the password asks for the present one.
as mary
POST /account/password present=wrong&password=paper boats and lanterns
status 400

as olga
GET /admin/settings/terms
status 303
head Location: /login/again?next=%2Fadmin%2Fsettings%2Fterms
POST /admin/settings/terms do=save&value=new terms&reason=test
status 401
POST /admin/settings/signups_per_day do=save&value=7&reason=test
status 401
GET /admin/acts/new/member-role?member=mary
status 303
head Location: /login/again
POST /admin/acts/new/member-role do=confirm&member=mary&role=operator&reason=test
status 401
POST /admin/acts/new/member-factor-reset do=confirm&member=mary&reason=test
status 401
POST /admin/acts/1 do=approve&seen=x
status 401
POST /admin/bank do=book&id=1
status 401
db SELECT (SELECT COUNT(*) FROM live_setting), (SELECT COUNT(*) FROM act) -> 0,0
