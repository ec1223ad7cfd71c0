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

# --- The queue, for operators only.
as mia
GET /admin/mail
status 404
as mona
GET /account/mail
set member mona role=1
GET /admin/mail
status 404

sql INSERT INTO user (id, email, handle, display_name, created_ms) VALUES (900, 'ann@example.org', 'annette', 'Ann', 1)
sql INSERT INTO mail (id, user_id, address, kind, link, fields, turn, made_ms, next_ms, state, attempts, failure, reply, ended_ms) VALUES
  (11, 900, '', 'payout_sent', '/secret/link', 'amount=1 EUR', 1, 1000, 1, 'dead', 9, 'recipient', 550, UNIX_TIMESTAMP() * 1000),
  (12, 900, '', 'reset_password', '/secret/token', '', 0, 2000, 1, 'waiting', 0, 'unreachable', 0, 0),
  (13, 900, '', 'receipt', '', '', 1, 3000, 1, 'sent', 1, NULL, 0, UNIX_TIMESTAMP() * 1000),
  (14, NULL, '<b>x@example.org', 'report_received', '', '', 1, 4000, 1, 'dead', 1, 'content', 554, 5)

as ola
GET /account/mail
set member ola role=2
GET /admin/mail
status 200
limit queries 4
see aria-current="page">Mails
see This site sends no mails
see <strong>No mail can be sent now.</strong> The mail server could not be reached.
see ann@example.org
see &lt;b&gt;x@example.org
see payout sent
see The mail server did not accept the recipient. Code 550.
see of these 1 in the last 24 hours
not secret

as ola
GET /admin/mail?list=waiting
see reset password
not payout sent
not Try the chosen ones again

as ola
accept application/json
GET /admin/mail
json waiting = 1
json sent_day = 1
json dead = 2
json dead_day = 1
json mails.1.id = 11
json mails.1.to = "ann@example.org"
json mails.1.failure = "recipient"
json mails.1.reply = 550
json older_url = null

# With a reason, and a line in the journal; only what is in that state.
as ola
POST /admin/mail do=again&id=11&reason=
status 400
see Say in a few words why.
see value="11" checked
POST /admin/mail do=again&reason=x
status 400
see Choose the mails.
POST /admin/mail do=again&id=11&id=12&id=13&reason=the server was full
status 303
head Location: /admin/mail?done=again&n=1
GET /admin/mail?done=again&n=1
see 1 mail will be tried again
db SELECT id, state, attempts FROM mail ORDER BY id -> 11,waiting,0;12,waiting,0;13,sent,1;14,dead,1
POST /admin/mail do=drop&id=12&id=13&id=14&reason=of no use
status 303
head Location: /admin/mail?done=drop&n=2
db SELECT id, state, link FROM mail WHERE id > 11 ORDER BY id -> 12,dropped,;13,sent,;14,dropped,
db SELECT what, about, why FROM moderation_log ORDER BY id -> had a mail sent again,mail:11,the server was full;dropped a mail,mail:12,of no use;dropped a mail,mail:14,of no use
POST /admin/mail do=x&id=11&reason=x
status 400
POST /admin/mail do=drop&id=abc&reason=x
status 400
csrf none
POST /admin/mail do=drop&id=11&reason=x
status 403

# The same from the command line.
job admin mail list
see 1 waiting
see mail = none
job admin mail drop 99 --reason x
exit 1
job admin mail retry 11 --reason x
exit 1
see No such mail was given up
job admin mail drop 11
exit 1
see Say in a few words why.
job admin mail drop 11 --reason "not wanted"
see mail 11 is dropped
job admin mail test x@example.org
exit 1
see mail = none
db SELECT by_shell <> '' FROM moderation_log ORDER BY id DESC LIMIT 1 -> 1
