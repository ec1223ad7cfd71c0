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
not /admin/settings
limit queries 2

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
