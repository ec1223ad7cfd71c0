# Which mails a member wants, and links of mails that are none.

as nobody
GET /account/mail
status 303
head Location: /login?next=%2Faccount%2Fmail
POST /account/mail want=digest
status 401

# Everything is wanted at first. This site has mail = none, and says so.
as mia
GET /account/mail
status 200
limit queries 3
see <h1>Mails to you</h1>
see aria-current="page">Mails
see value="payout_sent" checked
see A statement of your earnings is ready
see This site sends no mails
not value="receipt"
not value="followed_video"

as mia
POST /account/mail want=payout_sent&want=digest
status 303
head Location: /account/mail?done=saved

as mia
GET /account/mail?done=saved
see Saved.
see value="payout_sent" checked
see value="digest" checked
not value="statement_ready" checked
db SELECT COUNT(*) FROM notice_off o JOIN user u ON u.id = o.user_id AND u.handle = 'mia' WHERE kind IN ('payout_sent', 'digest') -> 0
db SELECT COUNT(*) > 5 FROM notice_off -> 1

# Other members are asked for themselves.
as-token carl
accept application/json
GET /account/mail
status 200
json mail = false
json email = "carl@example.org"
json choices.0.kind = "renewal_ahead"
json choices.0.wanted = true

as-token mia
accept application/json
body application/json
  {"want": ["renewal_ahead"]}
POST /account/mail
status 303
GET /account/mail
json choices.0.wanted = true
json choices.1.wanted = false

# Twice the same, and back to all off.
as-token mia
accept application/json
body application/json
  {"want": ["renewal_ahead", "renewal_ahead"]}
POST /account/mail
status 303
body application/json
  {"want": []}
POST /account/mail
status 303
GET /account/mail
json choices.0.wanted = false

# What cannot be chosen changes nothing.
as-token mia
accept application/json
body application/json
  {"want": ["receipt"]}
POST /account/mail
status 400
see Choose from the mails in the list.
GET /account/mail
json choices.0.wanted = false

as mia
POST /account/mail want=<b>x</b>
status 400
see Choose from the mails in the list.
not <b>x

as mia
csrf none
POST /account/mail want=digest
status 403

# --- Links of mails: those that are not ours (a real one: tests/mail.test.mjs).
GET /unsubscribe/1-digest-00000000000000000000000000000000
status 404
POST /unsubscribe/1-digest-00000000000000000000000000000000 List-Unsubscribe=One-Click
status 404
GET /unsubscribe/1-receipt-00000000000000000000000000000000
status 404
GET /unsubscribe/-
status 404
GET /unsubscribe/1
status 404
GET /unsubscribe/99999999999999999999-digest-0
status 404
