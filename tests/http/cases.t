# What was reported, for moderators: the queue, taking, handing over, deciding, several at once.

as vera
set member vera name=Vera
video AAAAAAAAAA1 by vera title="Bad <b>" description="All <i>of</i> it" length=125s poster=1 has_preview=1
video AAAAAAAAAA2 by vera title="Other"
as carl
video AAAAAAAAAA3 by carl title="Fine"
as nobody
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls <u>people</u> names.&name=Rita R.&email=rita@example.net&statement=on&time=1:23
status 303
let letter = head Location: (\S+)&done
POST /report video=AAAAAAAAAA3&kind=spam
status 303
as otto
POST /report video=AAAAAAAAAA1&kind=spam
status 303
POST /report channel=carl&kind=other
status 303

# --- Who sees it.
as nobody
GET /admin/reports
status 303
as otto
GET /admin/reports
status 404
GET /admin/reports/1
status 404
POST /admin/reports/1 do=take
status 404

as mona
set member mona role=1
as max
set member max role=1
as mona
GET /admin/reports
status 200
see Bad &lt;b&gt;
see href="/admin/reports" aria-current="page"
limit queries 4 arena 131072
GET /admin/reports?kind=hate
see Bad
not Fine
GET /admin/reports?show=mine
see There is none.
GET /admin/reports?show=urgent
see There is none.
GET /admin/reports?show=decided
see There is none.
GET /admin/reports?days=1
see There is none.
accept application/json
GET /admin/reports?show=free&kind=nonsense
json counts.open = 3
json cases.0.reports = 2
json cases.0.owner = vera
let one = json cases.0.number
let two = json cases.1.number
let three = json cases.2.number

# --- One case, and who has it.
as mona
GET /admin/reports/$one
status 200
see All &lt;i&gt;of&lt;/i&gt; it
see It calls &lt;u&gt;people&lt;/u&gt; names.
see rita@example.net
see at <a href="/watch/AAAAAAAAAA1?t=83">1:23</a>
see <video controls
see Take this case
not value="decide"
limit queries 6
GET /admin/reports/999999
status 404
POST /admin/reports/$one do=decide&content=remove&member=none&ground=rules&ground_text=x&facts=It calls people names, all through it.
status 409
see Take this case first.
POST /admin/reports/$one do=take
status 303
POST /admin/reports/$one do=take
status 303
as max
POST /admin/reports/$one do=take
status 409
see Another moderator has this case
POST /admin/reports/$one do=give&to_handle=max
status 409
as mona
GET /admin/reports/$one
see value="decide"
POST /admin/reports/$one do=give&to_handle=otto
status 400
see No moderator has this handle.
POST /admin/reports/$one do=give&to_handle=@max
status 303
as max
POST /admin/reports/$one do=give
status 303
as mona
POST /admin/reports/$one do=take
status 303
db SELECT GROUP_CONCAT(what ORDER BY id) FROM moderation_log WHERE about = 'case:$one' -> took the case,handed the case over,gave the case back,took the case

# --- Deciding needs reasons.
as mona
POST /admin/reports/$one do=decide&content=limit&member=none&facts=Short
status 400
see Please say what was found
POST /admin/reports/$one do=decide&content=limit&member=none&ground=none&facts=It calls people names, all through it.
status 400
see against the law or the rules
see value="limit" checked
POST /admin/reports/$one do=decide&content=limit&member=none&ground=rules&facts=It calls people names, all through it.
status 400
see Say which law or which rule.
POST /admin/reports/$one do=decide&content=limit&member=suspend&days=0&ground=rules&ground_text=1&facts=It calls people names, all through it.
status 400
POST /admin/reports/$one do=decide&content=limit&member=none&money=pool&ground=rules&ground_text=1&facts=It calls people names, all through it.
status 400
see No earnings are frozen for this case.
db SELECT COUNT(*) FROM decision -> 0

# --- Hidden for now: the case stays open; then limited.
as mona
POST /admin/reports/$one do=decide&content=hide&member=none&ground=rules&ground_text=Be kind&facts=It may call people names; we look at it.
status 303
db SELECT v.state, v.free_state, c.state FROM video v JOIN report_case c ON c.id = $one WHERE v.public_id = 'AAAAAAAAAA1' -> hidden,ready,open
as nobody
GET /watch/AAAAAAAAAA1
status 404
as mona
GET /admin/reports/$one
see hidden until this is decided
see <video controls
POST /admin/reports/$one do=decide&content=limit&member=warn&ground=rules&ground_text=Be kind&facts=It calls people names, all through it.
status 303
db SELECT v.state, c.state FROM video v JOIN report_case c ON c.id = $one WHERE v.public_id = 'AAAAAAAAAA1' -> limited,decided
db SELECT content, content_was, member, noticed FROM decision ORDER BY id -> hide,none,none,1;limit,none,warn,1
db SELECT COUNT(*), MIN(state), MAX(state), MIN(told_ms > 0) FROM report WHERE case_id = $one -> 2,right,right,1
db SELECT u.handle, n.kind FROM notice n JOIN user u ON u.id = n.user_id WHERE n.kind IN ('decision', 'report_decided') ORDER BY n.id -> vera,decision;vera,decision;otto,report_decided
db SELECT what FROM moderation_log WHERE about LIKE 'member:%' -> The member was warned.
POST /admin/reports/$one do=decide&content=none&member=none&facts=It calls people names, all through it.
status 409
see decided already
as nobody
GET $letter
status 200
see Only its owner and the moderators can see the video.
not Be kind, who

# --- A decided case: the next report opens another one. History of who reports.
as otto
POST /report video=AAAAAAAAAA2&kind=spam
status 303
let four = db SELECT MAX(id) FROM report_case
as mona
GET /admin/reports/$four
see 1 of 1 earlier reports held
see The member was warned
see <a href="/admin/reports/$one">case $one</a>
GET /admin/reports?show=decided
see Bad
not Other

# --- Only one's own rank, and never one's own content.
as mona
video AAAAAAAAAA4 by max title="Of max"
video AAAAAAAAAA5 by mona title="Of mona"
POST /admin/reports do=open&video=AAAAAAAAAA4
status 303
let max = head Location: (\S+)
GET $max
see Nobody reported this
not Is warned
POST $max do=decide&content=none&member=ban&ground=law&ground_text=x&facts=Nobody may say such things here.
status 403
POST /admin/reports do=open&video=AAAAAAAAAA5
status 303
let mine = head Location: (\S+)
GET $mine
see This is yours
POST $mine do=decide&content=none&member=none&facts=Nothing is wrong with this one.
status 403
POST /admin/reports do=open&video=AAAAAAAAAA9
status 404

# --- Several at once; those of others stay.
as mona
POST /admin/reports do=nothing&facts=There is nothing wrong with them.
status 400
see Choose at least one case.
POST /admin/reports do=nothing&case.$two=on&facts=x
status 400
see Please say what was found
as max
POST /admin/reports do=take&case.$three=on&case.$four=on
status 303
as mona
POST /admin/reports do=nothing&case.$two=on&case.$three=on&facts=There is nothing wrong with them.
status 303
db SELECT GROUP_CONCAT(state ORDER BY id) FROM report_case WHERE id IN ($two, $three, $four) -> decided,open,open
db SELECT state FROM report WHERE case_id = $two -> refused
db SELECT COUNT(*) FROM notice n JOIN user u ON u.id = n.user_id WHERE u.handle = 'carl' -> 0

# --- Suspended, then banned.
as max
POST /admin/reports/$four do=decide&content=remove&member=suspend&days=3&ground=law&ground_text=Section 1&facts=This is against the law, as all can see.
status 303
db SELECT suspended_until_ms > created_ms, blocked FROM user WHERE handle = 'vera' -> 1,0
db SELECT COUNT(*) FROM notice WHERE kind = 'account_suspended' -> 1
as vera@again
GET /decision
status 200

# --- Earnings are frozen for the case, and the decision says who gets them.
as mona
video AAAAAAAAAA6 by carl title="Earns"
POST /admin/reports do=open&video=AAAAAAAAAA6
status 303
let frozen = head Location: (\S+)
let number = head Location: reports/(\d+)
GET $frozen
see value="freeze"
not Go to the pool
POST $frozen do=freeze&from=yesterday
status 400
see Give a day such as 2026-11-22
POST $frozen do=freeze&from=2026-02-02&to=2026-02-01
status 400
see The last day has to be after the first.
POST $frozen do=freeze&from=2026-02-01
status 303
POST $frozen do=freeze&from=2026-02-01
status 409
see Earnings are frozen for this case already.
db SELECT ikey, from_ms, to_ms, state FROM freeze WHERE ikey = 'case:$number' -> case:$number,1769904000000,0,open
GET $frozen
see Go to the pool
see Earnings were frozen on
POST $frozen do=decide&content=none&member=none&facts=Nothing is wrong with this one.
status 400
see Say who gets the earnings that are frozen.
POST $frozen do=decide&content=none&member=none&money=pool&ground=rules&ground_text=x&facts=It breaks a rule, as all can see.
status 400
see They are frozen without an end
POST $frozen do=decide&content=hide&member=none&money=pool&ground=rules&ground_text=x&facts=It breaks a rule, as all can see.
status 400
see Earnings stay frozen until the case is decided.
POST $frozen do=decide&content=remove&member=none&money=pool&ground=rules&ground_text=x&facts=It breaks a rule, as all can see.
status 303
db SELECT state FROM freeze WHERE ikey = 'case:$number' -> pool
