# Appeals: of the creator and of the reporter, decided by somebody else; counter-notices; what jobs/moderation does.

as vera
set member vera name=Vera
video AAAAAAAAAA1 by vera title="Mine <b>"
video AAAAAAAAAA2 by vera title="Song"
as otto
POST /report video=AAAAAAAAAA1&kind=spam
status 303
as nobody
POST /report video=AAAAAAAAAA2&kind=copyright&explanation=The music is mine from start to end.&holder=Rita&work=A song&name=Rita&email=rita@example.net&statement=on
status 303
let letter = head Location: (\S+)&done
POST /report channel=vera&kind=harassment&email=ron@example.net
status 303
let refused = head Location: (\S+)&done
let number = head Location: (\S+)\?
let key = head Location: key=(\S+)&
let one = db SELECT MIN(id) FROM report_case
let song = db SELECT MIN(id) + 1 FROM report_case
let channel = db SELECT MIN(id) + 2 FROM report_case

as mona
set member mona role=1
POST /admin/reports do=take&case.$one=on&case.$song=on&case.$channel=on
status 303
POST /admin/reports/$one do=decide&content=limit&member=suspend&days=3&ground=rules&ground_text=No spam&facts=It is the same again and again.
status 303
let decision = db SELECT MAX(id) FROM decision
POST /admin/reports/$song do=decide&content=remove&member=none&ground=law&ground_text=Copyright Act&facts=The whole of it is the song of somebody else.
status 303
let takedown = db SELECT MAX(id) FROM decision
POST /admin/reports/$channel do=decide&content=none&member=none&facts=Nobody is insulted on this channel.
status 303

# --- Whoever is suspended still reads why and appeals; nobody else does.
as vera@new
GET /decision
status 200
see Your account is suspended until
see <a href="/decision/$decision">
limit queries 5
GET /decision?video=AAAAAAAAAA2
see The video was removed.
not spam
GET /decision/$decision
status 200
see Only its owner and the moderators can see the video. The account is suspended until
see It is the same again and again.
see This is against the rules of this site: No spam
see on the whole site and in all countries
see A report led to it.
not otto
limit queries 5
GET /decision/999999
status 404
POST /decision/$decision do=appeal&text=No
status 400
see Please say in a sentence or two why it is wrong.
POST /decision/$decision do=appeal&text=It is one video, and not like <i>any</i> other.
status 303
GET /decision/$decision?done=appeal
see Your appeal has arrived.
see not like &lt;i&gt;any&lt;/i&gt; other.
not value="appeal"
POST /decision/$decision do=appeal&text=It is one video, and not like any other.
status 409
see You have appealed against this decision before.
as otto
GET /decision/$decision
status 404
POST /decision/$decision do=appeal&text=It is one video, and not like any other.
status 404
as nobody
GET /decision
status 303
head Location: /login

# --- Somebody else decides.
as mona
GET /admin/reports?show=appeals
see Mine &lt;b&gt;
GET /admin/reports/$one
see nobody else is a moderator of this site
not value="yes"
limit queries 7
let appeal = db SELECT id FROM appeal
POST /admin/reports/$one do=appeal&appeal=$appeal&overturn=no&reasons=I still think that it is spam.
status 403
see another moderator has to look at it
as max
set member max role=1
as mona
GET /admin/reports/$one
see Another moderator than the one who made the decision
as max
GET /admin/reports/$one
see name="overturn" value="yes"
POST /admin/reports/$one do=appeal&appeal=$appeal&overturn=yes&reasons=No
status 400
see Please give the reasons
POST /admin/reports/$one do=appeal&appeal=$appeal&overturn=yes&reasons=There is only one video, so it is no spam.
status 303
POST /admin/reports/$one do=appeal&appeal=$appeal&overturn=yes&reasons=There is only one video, so it is no spam.
status 409
db SELECT v.state, v.free_state IS NULL, u.suspended_until_ms FROM video v JOIN user u ON u.id = v.user_id WHERE v.public_id = 'AAAAAAAAAA1' -> ready,1,0
db SELECT appeals FROM report_case WHERE id = $one -> 0
db SELECT COUNT(*) FROM notice WHERE kind = 'appeal_decided' -> 1
db SELECT what FROM moderation_log ORDER BY id DESC LIMIT 1 -> decided an appeal: The decision was taken back: all is as it was before.
as vera@new
GET /decision/$decision
see This decision was taken back
see You were right
GET /account
status 200

# --- A counter-notice: forwarded with name and address, and the content comes back by itself.
as vera@new
GET /decision/$takedown
see Counter-notice
POST /decision/$takedown do=counter&text=I wrote the song myself, long ago.
status 400
see Please give your full name
POST /decision/$takedown do=counter&text=I wrote the song myself, long ago.&name=Vera V.&address=1 Road, Town
status 400
see Please confirm the statement.
POST /decision/$takedown do=counter&text=I wrote the song myself, long ago.&name=Vera V.&address=1 Road, Town&statement=on
status 303
GET /decision/$takedown
see It was forwarded
POST /decision/$decision do=counter&text=I wrote the song myself, long ago.&name=Vera V.&address=1 Road, Town&statement=on
status 409
as nobody
job moderation
see returned=0
clock +17d
job moderation
see returned=1
job moderation
see returned=0
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA2' -> ready
db SELECT by_shell FROM moderation_log ORDER BY id DESC LIMIT 1 -> job:moderation
GET $letter
see This was taken back
clock +0s

# --- A reporter whose report was refused.
as nobody
GET $refused
see Nobody is insulted on this channel.
see Ask for another look
POST $number key=wrong&text=They insult me in every second sentence.
status 404
POST $number key=$key&text=No
status 400
see Please say in a sentence or two
POST $number key=$key&text=They insult me in every second sentence.
status 303
GET $refused
see Another moderator looks at it.
not Ask for another look
POST $number key=$key&text=They insult me in every second sentence.
status 409
let second = db SELECT MAX(id) FROM appeal
as max
POST /admin/reports/$channel do=appeal&appeal=$second&overturn=yes&reasons=The first video does insult people.
status 303
db SELECT c.state, u.handle, p.state FROM report_case c JOIN user u ON u.id = c.taken_by JOIN report p ON p.case_id = c.id WHERE c.id = $channel -> open,max,open
POST /admin/reports/$channel do=decide&content=none&member=warn&ground=rules&ground_text=Be kind&facts=The first video does insult people.
status 303
as nobody
GET $refused
see The member was warned.
not Ask for another look

# --- Too late.
as carl
video AAAAAAAAAA3 by carl
as nobody
POST /report video=AAAAAAAAAA3&kind=spam
status 303
let late = head Location: (\S+)&done
let key = head Location: key=(\S+)&
let number = head Location: (\S+)\?
let case = db SELECT MAX(id) FROM report_case
as max
POST /admin/reports do=nothing&case.$case=on&facts=There is nothing wrong with it.
status 303
clock +200d
as nobody
GET $late
not Ask for another look
POST $number key=$key&text=It is spam, as everybody can see.
status 410
see six months

# --- Cases that nobody takes, once a day; addresses are emptied a year after the decision.
clock 2031-05-01T12:05Z
as nobody
POST /report video=AAAAAAAAAA3&kind=hate&explanation=It calls people names.&name=Rita R.&email=rita@example.net&statement=on
status 303
job moderation
see waiting=0 addresses=
db SELECT COUNT(*) FROM report WHERE email <> '' -> 1
clock 2031-05-02T13:05Z
job moderation
see waiting=1 addresses=0
clock 2031-05-02T14:05Z
job moderation
see waiting=1
