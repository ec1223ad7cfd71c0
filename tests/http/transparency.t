# The yearly figures of moderation, as page, JSON and table.

clock 2031-05-01T12:05Z
as nobody
GET /transparency
status 200
see Moderation in 2031
see Nobody has reported anything.
see Nothing has been decided.
limit queries 6 arena 131072
GET /transparency?year=1999
see Moderation in 2031

clock 2031-05-01T12:05Z
as vera
video AAAAAAAAAA1 by vera
video AAAAAAAAAA2 by vera
as mona
set member mona role=1
as otto
POST /report video=AAAAAAAAAA1&kind=spam
status 303
as nobody
POST /report video=AAAAAAAAAA2&kind=violence
status 303
POST /report channel=vera&kind=violence
status 303
clock 2031-05-03T12:06Z
let one = db SELECT MIN(id) FROM report_case
let two = db SELECT MIN(id) + 1 FROM report_case
as mona@later
POST /admin/reports do=take&case.$one=on&case.$two=on
status 303
POST /admin/reports/$one do=decide&content=remove&member=suspend&days=3&ground=rules&ground_text=No spam&facts=It is the same again and again.
status 303
let decision = db SELECT MAX(id) FROM decision
POST /admin/reports/$two do=decide&content=none&member=none&facts=There is no violence in it.
status 303
as vera@later
POST /decision/$decision do=appeal&text=It is one video, and not like any other.
status 303
cache flush
as nobody
GET /transparency
status 200
see <svg class="columns"
see Half of those that were decided took less than 2 days.
not vera
not otto
accept application/json
GET /transparency?year=2031
json notices.0.kind = spam
json notices.1.received = 2
json notices.1.without_account = 2
json notices.1.refused = 1
json notices.1.open = 1
see "decide_ms": 1728
json decisions.all = 2
json decisions.removed = 1
json decisions.suspended = 1
json decisions.nothing = 1
json decisions.by_rules = 1
json decisions.noticed = 2
json appeals.0.received = 1
json appeals.0.open = 1

as nobody
GET /transparency.csv?year=2031
status 200
head Content-Type: text/csv
head Content-Disposition: transparency-2031.csv
see "notices","violence","received",2
see "decisions","by automated means","",0
see "appeals","creator","open",1
GET /transparency?year=2030
see Nobody has reported anything.
see href="/transparency?year=2031"
