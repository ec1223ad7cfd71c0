# Reports of comments: the text as it was, hidden and removed by moderators, back after an appeal.

as vera
video AAAAAAAAAA1 by vera title=Film
as carl
sql INSERT INTO comment (video_id, owner_id, user_id, text, state, made_ms) SELECT v.id, v.user_id, u.id, 'You are all <b>fools</b>.', 'shown', 1 FROM video v JOIN user u ON u.handle = 'carl'
let comment = db SELECT MAX(id) FROM comment
as nobody
GET /report?comment=$comment
status 200
see You are all &lt;b&gt;fools&lt;/b&gt;.
see the comment
GET /report?comment=999999
status 404
GET /report?comment=x
status 404
POST /report comment=$comment&kind=harassment
status 303
let letter = head Location: (\S+)&done
let case = db SELECT MAX(id) FROM report_case
sql UPDATE comment SET text = 'Something nice.'
as mona
set member mona role=1
as max
set member max role=1
as mona
POST /admin/reports/$case do=take
status 303
GET /admin/reports/$case
status 200
see You are all &lt;b&gt;fools&lt;/b&gt;.
see #comment-$comment
not Limited to its owner
not value="freeze"
limit queries 6
POST /admin/reports/$case do=decide&content=limit&member=none&ground=rules&ground_text=Be kind&facts=It insults all who read it.
status 400
see A comment can be hidden or removed.
POST /admin/reports/$case do=decide&content=hide&member=none&ground=rules&ground_text=Be kind&facts=It insults all who read it.
status 303
db SELECT state FROM comment -> blocked
POST /admin/reports/$case do=decide&content=remove&member=warn&ground=rules&ground_text=Be kind&facts=It insults all who read it.
status 303
db SELECT state FROM comment -> removed
let decision = db SELECT MAX(id) FROM decision
as nobody
GET $letter
see The comment was removed.
GET /report?comment=$comment
status 404
as carl
GET /decision/$decision
status 200
see The comment was removed. The member was warned.
POST /decision/$decision do=appeal&text=It was a line of the film, quoted.
status 303
let appeal = db SELECT MAX(id) FROM appeal
as max
POST /admin/reports/$case do=appeal&appeal=$appeal&overturn=yes&reasons=It is indeed a line of the film.
status 303
db SELECT state FROM comment -> shown
