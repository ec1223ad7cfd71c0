# Settings and texts that operators change while the site runs.

as nobody
GET /admin/settings
status 303

# They are for operators; for others the pages do not exist.
as mary
GET /admin/settings
status 404
POST /admin/settings/terms do=save&value=mine&reason=x
status 404
set member mary role=1
GET /admin/settings
status 404
set member mary role=2
GET /admin/settings
status 200
see Price of a month
see 9.99
GET /admin/settings/price_minor
status 200
see value="9.99"
see Nobody has changed it yet.
GET /admin/settings/base_url
status 404
GET /admin/settings/terms
status 200
not Preview</h2>
limit queries 4

as mary
csrf none
POST /admin/settings/terms do=save&value=mine&reason=x
status 403

# A preview saves nothing.
as mary
POST /admin/settings/terms do=preview&value=Be <b>kind</b>.
status 200
see It is not saved yet.
see <p>Be &lt;b&gt;kind&lt;/b&gt;.</p>
not <b>kind
POST /admin/settings/terms do=nonsense&value=a
status 400
POST /admin/settings/terms
status 400
POST /admin/settings/terms do=save&value=a
status 400
see Say in a few words why it is changed.
see a</textarea>
db SELECT COUNT(*) FROM live_setting -> 0

# As long as there are only operators, new terms take effect at once.
as mary
POST /admin/settings/terms do=save&value=Be <b>kind</b>. See https://example.org/rules.&reason=The first ones
status 303
head Location: /admin/settings/terms?done=saved
GET /admin/settings/terms?done=saved
see Saved.
see The first ones
db SELECT made_by = (SELECT id FROM user WHERE handle = 'mary'), tell FROM live_setting -> 1,0
GET /terms
see More from OpenVidStreamer
see Be &lt;b&gt;kind&lt;/b&gt;. See <a href="https://example.org/rules"
see href="/admin/settings/terms"

as mary
body application/x-www-form-urlencoded zeros 190000
POST /admin/settings/terms
status 413

# When the text is emptied, it disappears.
as mary
POST /admin/settings/terms do=save&value=&reason=None are needed
status 303
as nobody
GET /terms
not More from

# With members, terms need a date, and are announced; a correction is not.
member mel
clock 2030-01-10T12:00Z
as mary@then
POST /admin/settings/terms do=save&value=New rules.&reason=New
status 400
see The earliest date is 10 Feb 2030.
POST /admin/settings/terms do=save&value=New rules.&reason=New&from=2030-02-09
status 400
POST /admin/settings/terms do=save&value=New rules.&reason=New&from=2030-02-30
status 400
see Write a date like 2027-01-31.
POST /admin/settings/terms do=save&value=New rules.&reason=New&from=2033-02-10
status 400
see at most two years
POST /admin/settings/terms do=save&value=New rules.&reason=A new chapter&from=2030-02-10
status 303
head Location: ?done=told
GET /terms
see What will change
see From 10 Feb 2030: Terms: New rules.. A new chapter
not <h2>More from
POST /admin/settings/terms do=save&value=Old rules, spelled right.&reason=Spelling&correction=1
status 303
head Location: ?done=saved
GET /terms
see Old rules, spelled right.
clock 2030-02-10T00:00Z
as nobody
GET /terms
see <p>New rules.</p>
not What will change

# What is planned can be withdrawn until its date.
clock 2030-02-10T12:00Z
as mary@later
POST /admin/settings/rules do=save&value=No spam.&reason=Why not&from=2030-04-01
status 303
let id = db SELECT MAX(id) FROM live_setting
POST /admin/settings/rules do=withdraw&id=$id
status 303
POST /admin/settings/rules do=withdraw&id=$id
status 409
POST /admin/settings/rules do=withdraw&id=99999
status 404
GET /terms
not No spam.
db SELECT withdrawn_ms > 0, withdrawn_by = made_by FROM live_setting WHERE id = $id -> 1,1

# Each value has the limits of the config file; a price is typed as an amount.
as mary@later
POST /admin/settings/price_minor do=save&value=12,345&reason=x
status 400
see Write an amount of EUR, such as 9.99.
POST /admin/settings/grace_days do=save&value=99&reason=x
status 400
see but 0 to 60.
POST /admin/settings/grace_days do=save&value=x&reason=x
status 400
POST /admin/settings/banner do=save&value=Hello&reason=x&from=2035-01-02&until=2035-01-01
status 400
db SELECT COUNT(*) FROM live_setting WHERE name IN ('price_minor', 'grace_days', 'banner') -> 0

# A price takes effect on its date, everywhere. A lower one needs no notice.
only cgi
clock 2031-01-10T12:00Z
as mary@price
POST /admin/settings/price_minor do=save&value=11.99&reason=Costs&from=2031-01-20
status 400
see The earliest date is 10 Feb 2031.
POST /admin/settings/price_minor do=save&value=11.99&reason=Costs&from=2031-02-10
status 303
POST /admin/settings/price_minor do=save&value=8.99&reason=Sale
status 303
as nobody
GET /terms
see A month costs 8.99 XTS
see From 10 Feb 2031: Price of a month: 11.99 EUR. Costs
clock 2031-02-10T00:00Z
GET /terms
see A month costs 11.99 XTS
not What will change
as mary@reset
POST /admin/settings/price_minor do=reset&reason=As it was
status 303
GET /terms
see A month costs 9.99 XTS

# A banner stands on every page from its date to its end.
only cgi
clock 2032-01-10T12:00Z
as mary@banner
POST /admin/settings/banner do=save&value=Closed on <Sunday>&reason=Move&from=2032-01-11&until=2032-01-13
status 303
as nobody
GET /login
not Closed on
clock 2032-01-11T00:00Z
GET /login
see Closed on &lt;Sunday&gt;
clock 2032-01-13T00:00Z
GET /login
not Closed on

# Commands do the same.
job admin setting set signups_per_day --value 7 --reason "Fewer please"
see signups_per_day changes within seconds
job admin setting list
see signups_per_day           7
job admin setting show signups_per_day
see Fewer please
job admin setting set nonsense --value 7 --reason x
exit 1
job admin setting set signups_per_day --value 0 --reason x
exit 1
see but 1 to 1000000
job admin setting withdraw 99999
exit 1

# All members are told of a change that takes something from them, each once, operators, too: of the two here and
# of the two above, of which nobody was told yet.
only cgi
clock 2033-01-10T12:00Z
as mary@tell
POST /admin/settings/price_minor do=save&value=19.99&reason=Costs have risen&from=2033-02-20
status 303
head Location: ?done=told
POST /admin/settings/rules do=save&value=No dogs.&reason=Dogs are not allowed any more&from=2033-02-20
status 303
job announce
see told=
job announce
db SELECT kind, COUNT(*), COUNT(DISTINCT user_id) = (SELECT COUNT(*) FROM user) FROM notice WHERE kind <> 'new_login' GROUP BY kind ORDER BY kind -> price_change,4,1;terms_change,4,1
GET /admin/settings/rules
see Members were told on 10 Jan 2033.
job announce --help
see usage: announce

# The journal has each change, with its reason.
db SELECT COUNT(*) > 3, SUM(why = '') < COUNT(*), COUNT(DISTINCT about) > 2 FROM moderation_log WHERE about LIKE 'setting:%' -> 1,1,1
