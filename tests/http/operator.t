# The operator's command line: what it says, what it refuses, and that its changes hold at once.

job admin --help
see admin user add EMAIL HANDLE [--name NAME] [--role ROLE]
see admin config [--get KEY] [--minor AMOUNT] [--markdown]

# Wrong usage changes nothing and shows the right one.
job admin
exit 64
see name a command
job admin nonsense
exit 64
see there is no command nonsense
see `admin --help` lists the commands
job admin user
exit 64
see admin user add EMAIL HANDLE
not admin import
job admin user add ann@example.org
exit 64
see an argument is missing
see usage: admin user add EMAIL HANDLE
job admin user add ann@example.org ann extra
exit 64
see one argument too many: extra
job admin user add ann@example.org ann --rank operator
exit 64
see unknown option --rank
job admin user add ann@example.org ann --role
exit 64
see --role needs a value
job admin user add ann@example.org ann --role king
exit 1
see A role is member, moderator or operator.
job admin user add ann@example.org ann --password short
exit 1
see Please use at least 10 characters.
job admin user add ann ann
exit 1
see Please give an e-mail address
job admin user add ann@example.org ann --password-stdin
exit 1
see Standard input has no line.
db SELECT COUNT(*) FROM user -> 0

# The first operator; a handle that is reserved for the site is allowed here.
job admin user add boss@example.org admin --role operator --name "The boss"
see made admin
see admin now has the role operator
let PASSWORD = body password: (\S{16})
db SELECT role, display_name FROM user WHERE handle = 'admin' -> 2,The boss
as nobody@boss
POST /login name=admin&password=$PASSWORD
status 303
job admin user add boss@example.org other
exit 1
see There is already an account with this e-mail address.
job admin user list
see admin                           operator   active
see boss@example.org

job admin user add ann@example.org ann --password "correct horse battery"
as nobody@ann
POST /login name=ann&password=correct horse battery
status 303
GET /account
status 200
job admin user block ann
see ann is blocked
GET /account
status 303
as nobody@again
POST /login name=ann&password=correct horse battery
status 303
head Location: /decision
GET /account
status 303
GET /account/sessions
status 200
POST /account action=profile
status 403
see Your account is restricted.
job admin user list
see blocked
job admin user unblock ann
POST /login name=ann&password=correct horse battery
status 303
GET /account
status 200
job admin user password ann
see ann has a new password; all logins have ended
let PASSWORD = body password: (\S{16})
GET /account
status 303
as nobody@new
POST /login name=ann&password=correct horse battery
status 400
POST /login name=ann&password=$PASSWORD
status 303
job admin user password ann --password "ann@example.org"
exit 1
see your e-mail address

job admin user role ann moderator
see ann now has the role moderator
db SELECT role FROM user WHERE handle = 'ann' -> 1
job admin user role ghost moderator
exit 1
see Nobody has the handle "ghost".

job admin config
see # Argon2id passes (default: 2)
see password_passes = 2
see db_password = (secret)
job admin config --markdown
see | `password_passes` | `2` | Argon2id passes |
not (secret)
job admin config --get password_passes
see 2
not Argon2id
job admin config --get db_password
see (secret)
job admin config --get nosuch
exit 1
see There is no setting nosuch.

job admin import ghost tests/http
exit 1
see Nobody has handle ghost.
job admin import ann tests/http/nothing-here
exit 1
see There is no tests/http/nothing-here.
job admin import ann tests/http/operator.t
exit 1
see This is not a video that can be read.
see 0 queued, 0 skipped, 1 refused
see Not every file was accepted.
db SELECT COUNT(*) FROM video -> 0

# An account is changed by an operator: what is left empty stays.
job admin user change ann --reason "asked by mail"
exit 1
see Nothing is different.
job admin user change ann --email nonsense --reason "asked by mail"
exit 1
see Please give an e-mail address
job admin user change ann --email boss@example.org --reason "asked by mail"
exit 1
see There is already an account with this e-mail address.
job admin user change ann --handle admin --reason "asked by mail"
exit 1
db SELECT COUNT(*) FROM act WHERE kind = 'member-change' -> 0
job admin user change ann --email ann@new.example --handle anna --name "Anna B."
exit 1
see Please give a reason
job admin user change ann --email ann@new.example --handle anna --name "Anna B." --reason "asked by mail"
see The account has been changed.
db SELECT email, handle, display_name FROM user WHERE email LIKE 'ann%' -> ann@new.example,anna,Anna B.
db SELECT COUNT(*) FROM act WHERE kind = 'member-change' AND state = 'done' -> 1

# Somebody has to be left who can do what operators do.
job admin user role admin member
exit 1
see admin is the only operator.
job admin user block admin
exit 1

# An account is closed: what it says, no log-ins, no renewal; opened again.
job admin user password anna --password "correct horse battery"
as nobody@open
POST /login name=anna&password=correct horse battery
status 303
GET /account
status 200
job admin user close anna ann --reason "She left"
exit 1
see Please type the handle anna again
job admin user close anna anna --reason "She left" --preview
see Close the account of anna
see Nothing was done.
job admin user close anna anna --reason "She left"
see The account of anna is closed.
db SELECT closed_ms > 0, role, blocked FROM user WHERE handle = 'anna' -> 1,0,0
as nobody@open
GET /account
status 303
as nobody@closed
POST /login name=anna&password=correct horse battery
status 400
see E-mail or password is wrong.
job admin user close anna anna --reason "again"
exit 1
see has been closed
job admin user list
see closed
job admin user unblock anna
as nobody@opened
POST /login name=anna&password=correct horse battery
status 303
