# Where no mail is sent, pages say what to do instead, and addresses count as confirmed.

as nobody@ann
POST /signup email=ann@example.org&handle=ann&password=correct horse battery
status 303
db SELECT address, claim_until_ms FROM user -> ann@example.org,0
GET /
not Please confirm
GET /verify
status 200
see ann@example.org is confirmed
POST /login name=ann@example.org&password=correct horse battery
status 303

# A forgotten password.
as nobody
GET /forgot
status 200
see This site sends no mail
see href="/contact"
not <form class="panel"
POST /forgot email=ann@example.org
status 200
see This site sends no mail
db SELECT COUNT(*) FROM mail -> 0
db SELECT COUNT(*) FROM link -> 0

# Addresses change at once, and not to one that is taken.
as ben
GET /account/email
status 200
see This site sends no mail
POST /account/email email=ann@example.org
status 409
see There is already an account
POST /account/email email=ben@new.example
status 303
head Location: /account/email?done=changed
db SELECT address FROM user WHERE handle = 'ben' -> ben@new.example
GET /account/email?done=changed
see Your address is changed.

# The operator gives a new password, and the member sees that in the list.
job admin user password ann --password "another horse battery"
db SELECT n.kind FROM notice n JOIN user u ON u.id = n.user_id WHERE u.handle = 'ann' -> password_changed
as nobody
POST /signup email=ann@example.org&handle=anna&password=correct horse battery
status 409
see There is already an account with this e-mail address.
