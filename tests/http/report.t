# Reports: with and without an account; what each reason needs; twice is once; throttled; what became of it.

as vera
set member vera name=Vera
video AAAAAAAAAA1 by vera title="Bad <b>" description="All of it" length=125s
video AAAAAAAAAA2 by vera visibility=private

# --- Links, and the step that asks what it is about.
as nobody
GET /watch/AAAAAAAAAA1
see href="/report?video=AAAAAAAAAA1"
GET /channel/vera
see href="/report?channel=vera"
GET /report
status 200
see Address of the page
limit queries 2
GET /report?about=https://elsewhere.example/x
status 400
see This is not the address of a video or a channel of this site.
see value="https://elsewhere.example/x"
GET /report?about=http%3A%2F%2Fsite.example%2Fwatch%2FAAAAAAAAAA1%3Ft%3D3
status 303
head Location: /report?video=AAAAAAAAAA1
GET /report?about=/channel/vera/videos
status 303
head Location: /report?channel=vera
GET /report?video=AAAAAAAAAA2
status 404
GET /report?channel=nobody-here
status 404

# --- The reasons.
GET /report?video=AAAAAAAAAA1
status 200
see Bad &lt;b&gt;
see Illegal hate speech
see Copyright
not Found by a check
limit queries 3 arena 65536
accept application/json
GET /report?video=AAAAAAAAAA1
json groups.0.kinds.0.kind = spam
json title = "Bad <b>"

# --- The form of an illegal content asks for what the law names, and fills in the place.
as nobody
GET /report?video=AAAAAAAAAA1&kind=hate&t=83
status 200
see name="statement" value="on" required
see name="name" value="" maxlength="100" autocomplete="name" required
see /watch/AAAAAAAAAA1"
see value="1:23"
GET /report?video=AAAAAAAAAA1&kind=child-abuse
see name="name" value="" maxlength="100" autocomplete="name">
see call the police
GET /report?video=AAAAAAAAAA1&kind=check
see It breaks the rules
POST /report video=AAAAAAAAAA1&kind=check&explanation=This comes from nobody at all
status 400
see Please choose a reason.
POST /report video=AAAAAAAAAA1&kind=hate&explanation=Bad
status 400
see Please explain in a sentence or two
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls <i>people</i> names.&time=9:99
status 400
see Give a time of the video
see It calls &lt;i&gt;people&lt;/i&gt; names.
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&time=1:23
status 400
see Please say who you are
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&name=Rita R.
status 400
see Please give an e-mail address
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&name=Rita R.&email=rita
status 400
see such as name@example.org
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&name=Rita R.&email=rita@example.net
status 400
see Please confirm the statement.
# All that is wrong is said at once, at its field and above the form; what was typed stays.
POST /report video=AAAAAAAAAA1&kind=copyright&explanation=Bad&time=9:99&holder=Rita <i>&email=rita
status 400
see Please correct these fields:
see <a href="#explanation">Please explain in a sentence or two
see <a href="#time">Give a time of the video
see <a href="#work">Please say which work it is
see <a href="#name">Please say who you are
see <a href="#email">Please give an e-mail address such as
see <a href="#statement">Please confirm the statement.
see id="explanation-error"
see id="time-error"
see id="work-error"
see id="name-error"
see id="email-error"
see id="statement-error"
see id="statement" type="checkbox"
not id="holder-error"
see Bad</textarea>
see value="9:99"
see value="Rita &lt;i&gt;"
see value="rita"
POST /report video=AAAAAAAAAA2&kind=hate&explanation=It calls people names.
status 404
POST /report kind=hate
status 404
csrf none
POST /report video=AAAAAAAAAA1&kind=spam
status 403
db SELECT COUNT(*) FROM report -> 0

POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&name=Rita R.&email=rita@example.net&statement=on&time=1:23&location=There
status 303
let page = head Location: (\S+)
GET $page
status 200
see Thank you. Your report has arrived.
see Illegal hate speech
see at 1:23
not rita@example.net
limit queries 3 arena 65536
let bare = db SELECT CONCAT('/report/', id) FROM report
GET $bare
status 404
GET $bare?key=AAAAAAAAAAAAAAAAAAAAAA
status 404
db SELECT r.place_s, r.sworn, r.state, c.kind, c.urgent, c.reports, c.title, c.snapshot LIKE '%All of it', r.snapshot IS NULL FROM report r JOIN report_case c ON c.id = r.case_id -> 83,1,open,hate,0,1,Bad <b>,1,1

# --- The same again is one; another reason is a report of the same case, and an urgent one is seen.
as nobody
POST /report video=AAAAAAAAAA1&kind=hate&explanation=It calls people names.&name=Rita R.&email=rita@example.net&statement=on&time=1:23&location=There
status 303
head Location: done=again
db SELECT COUNT(*) FROM report -> 1
set video AAAAAAAAAA1 description="Something else now"
POST /report video=AAAAAAAAAA1&kind=child-abuse&explanation=Look at the second minute.&statement=on
status 303
db SELECT COUNT(*), SUM(snapshot LIKE '%else now') FROM report -> 2,1
db SELECT COUNT(*), MAX(reports), MAX(urgent), MAX(kind) FROM report_case -> 1,2,1,child-abuse

# --- Copyright.
as nobody
GET /report?video=AAAAAAAAAA1&kind=copyright
see Whose right it is
see I swear that
POST /report video=AAAAAAAAAA1&kind=copyright&explanation=The music is mine from start to end.
status 400
see Please say whose right it is.
POST /report video=AAAAAAAAAA1&kind=copyright&explanation=The music is mine from start to end.&holder=Rita
status 400
see Please say which work it is
POST /report video=AAAAAAAAAA1&kind=copyright&explanation=The music is mine from start to end.&holder=Rita&work=A song&name=Rita&email=rita@example.net&statement=on
status 303

# --- Members: no name is asked for, their page needs no key, nobody else sees it.
as otto
GET /report?channel=vera&kind=harassment
status 200
not Your name
POST /report channel=vera&kind=harassment
status 303
let own = head Location: (\S+)\?
head Location: done=sent
GET $own
status 200
see Harassment
see the channel
as vera
GET $own
status 404
as nobody
GET $own
status 404
as otto
accept application/json
GET $own
json state = open
json url = /channel/vera
db SELECT COUNT(*) FROM notice WHERE kind = 'report_received' -> 1

# --- Throttled.
clock 2031-05-01T12:05Z
as nobody
POST /report channel=vera&kind=spam&explanation=1
status 303
sql UPDATE throttle SET n = 20 WHERE scope = 'report'
POST /report channel=vera&kind=spam&explanation=2
status 429
see explanation
