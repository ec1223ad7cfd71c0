# The terms: sentences made from the current config, followed by the operator's own text.

as nobody
GET /terms
status 200
see A month costs 9.99 XTS
see 70 % goes to creators
see about 6.99 XTS and 3.00 XTS
see less than 1 min in a month
see at most 16 hours
see Videos shorter than 10 seconds
see settled 48 hours after
see held for 30 days
see From day 5 of each month we pay every creator who has 10.00 XTS or more
see within 14 days of paying
see only later earnings make up for it
see A video in a hidden tab counts, too
see for 7 days after it was given to us
see 80 % of what you earned
see Of more than 900 creators
see Each paid month keeps the terms under which it was paid.
not More from
not /admin/terms
limit queries 1

accept application/json
GET /terms
json share_bp = 7000
json rule = user
json creators_minor = 699
json count_hidden = true
json text = ""

as nobody
GET /
see href="/terms"

as nobody
POST /terms
status 405
as nobody
GET /admin/terms
status 303

# Editing is for operators; for others the page does not exist.
as mary
GET /admin/terms
status 404
POST /admin/terms do=save&text=mine
status 404
set member mary role=1
GET /admin/terms
status 404
set member mary role=2
GET /admin/terms
status 200
not Preview</h2>

as mary
csrf none
POST /admin/terms do=save&text=mine
status 403

# A preview saves nothing.
as mary
POST /admin/terms do=preview&text=Be <b>kind</b>.
status 200
see It is not saved yet.
see <p>Be &lt;b&gt;kind&lt;/b&gt;.</p>
not <b>kind
db SELECT COUNT(*) FROM setting -> 0

as mary
POST /admin/terms do=nonsense&text=a
status 400
POST /admin/terms
status 400
db SELECT COUNT(*) FROM setting -> 0

as mary
POST /admin/terms do=save&text=Be <b>kind</b>. See https://example.org/rules.
status 303
head Location: /admin/terms?done=saved
GET /admin/terms?done=saved
see The terms have been saved and are in force.
db SELECT changed_by = (SELECT id FROM user WHERE handle = 'mary') FROM setting WHERE name = 'terms' -> 1
GET /terms
see More from OpenVidStreamer
see Be &lt;b&gt;kind&lt;/b&gt;. See <a href="https://example.org/rules"
see href="/admin/terms"

as mary
body application/x-www-form-urlencoded zeros 190000
POST /admin/terms
status 413

# When the text is emptied, it disappears.
as mary
POST /admin/terms do=save&text=
status 303
as nobody
GET /terms
not More from
