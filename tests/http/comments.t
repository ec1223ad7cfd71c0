# Comments: who may write, answer, like, change, pin, hide and remove them, and who sees what.

as cara
GET /subscribe
as nora
GET /subscribe
as paul
GET /subscribe
as free
GET /subscribe
video AAAAAAAAAA1 by cara title=Film length=600s
video AAAAAAAAAA2 by cara title=Draft visibility=private length=60s
video AAAAAAAAAA3 by cara title=Checked state=limited free=ready
paid nora paul
let CARA = db SELECT id FROM user WHERE handle = 'cara'
let NORA = db SELECT id FROM user WHERE handle = 'nora'
let PAUL = db SELECT id FROM user WHERE handle = 'paul'

# Everybody reads; visitors are told how to join in.
GET /watch/AAAAAAAAAA1
status 200
see id="comments"
see 0 comments
see href="/login?next=/watch/AAAAAAAAAA1/comments"
not name="text"
GET /watch/AAAAAAAAAA1/comments
status 200
see Nobody has commented yet.
GET /watch/AAAAAAAAAA2/comments
status 404
POST /watch/AAAAAAAAAA1/comments do=write&text=Hello
status 401

as free
GET /watch/AAAAAAAAAA1/comments
see Comments are written by members.
POST /watch/AAAAAAAAAA1/comments do=write&text=Hello
status 402
db SELECT COUNT(*) FROM comment -> 0

# A member writes: a link to that second, names and text are escaped; without JavaScript one returns to it.
as nora
POST /watch/AAAAAAAAAA1/comments do=write&text=At 1:23 <b>good</b>
status 303
let ONE = head Location: at=(\d+)
head Location: /watch/AAAAAAAAAA1/comments?at=$ONE#comments
GET /watch/AAAAAAAAAA1/comments?at=$ONE
status 200
see 1 comment<
see id="comment-$ONE" tabindex="-1" class="at"
see href="/watch/AAAAAAAAAA1?t=83"
see &lt;b&gt;good
not <b>good
not /report?comment=$ONE
not Pin to the top
db SELECT kind, user_id = $CARA, link FROM notice -> comment_new,1,/watch/AAAAAAAAAA1/comments?thread=$ONE&at=$ONE#comment-$ONE

# Too long, empty, said before.
as nora
POST /watch/AAAAAAAAAA1/comments do=write&text=
status 400
see Write something first.
POST /watch/AAAAAAAAAA1/comments do=write&text=AT 1:23 <b>good</b>
status 400
see You have written the same already.
see AT 1:23 &lt;b&gt;good&lt;/b&gt;</textarea>
accept application/json
POST /watch/AAAAAAAAAA1/comments do=write&text=x&parent=999999
status 404

# An answer to an answer stands below the same comment; its author is told.
as paul
GET /watch/AAAAAAAAAA1/comments
see href="/report?comment=$ONE"
POST /watch/AAAAAAAAAA1/comments do=write&text=I agree&parent=$ONE
status 303
let TWO = head Location: comment-(\d+)
head Location: thread=$ONE&at=$TWO#comment-$TWO
as nora
accept application/json
POST /watch/AAAAAAAAAA1/comments do=write&text=Thank you&parent=$TWO
status 200
json state = shown
let THREE = json id
db SELECT parent_id = $ONE FROM comment WHERE id = $THREE -> 1
db SELECT replies FROM comment WHERE id = $ONE -> 2
db SELECT kind, user_id = $NORA FROM notice WHERE kind = 'comment_reply' ORDER BY id LIMIT 1 -> comment_reply,1
db SELECT user_id = $PAUL FROM notice WHERE kind = 'comment_reply' ORDER BY id DESC LIMIT 1 -> 1

# Folded below the video, open on a page of their own.
GET /watch/AAAAAAAAAA1
see 3 comments
see 2 answers
not I agree
GET /watch/AAAAAAAAAA1/comments?thread=$ONE
see I agree
see One comment
accept application/json
GET /watch/AAAAAAAAAA1/comments?thread=$ONE
json talk.comments.0.answers.0.text = "I agree"
json talk.comments.0.answers_count = 2
json talk.why_not = sign-in
GET /watch/AAAAAAAAAA1/comments?thread=$TWO
status 404
GET /watch/AAAAAAAAAA2/comments?thread=$ONE
status 404

# Several within an hour are one notice; nobody is told of their own.
as paul
POST /watch/AAAAAAAAAA1/comments do=write&text=Another one
db SELECT COUNT(*) FROM notice WHERE kind = 'comment_new' -> 1
as cara
POST /watch/AAAAAAAAAA1/comments do=write&text=Welcome, see https://example.org/
status 303
db SELECT COUNT(*) FROM notice WHERE kind = 'comment_new' -> 1
db SELECT state FROM comment WHERE user_id = $CARA -> shown

# Likes: not one's own, and once.
as paul
accept application/json
POST /watch/AAAAAAAAAA1/comments do=like&comment=$ONE&like=on
status 200
json likes = 1
json like = on
POST /watch/AAAAAAAAAA1/comments do=like&comment=$ONE&like=on
json likes = 1
GET /watch/AAAAAAAAAA1/comments?sort=liked
json talk.comments.0.id = $ONE
json talk.comments.0.liked = true
POST /watch/AAAAAAAAAA1/comments do=like&comment=$TWO&like=on
status 403
POST /watch/AAAAAAAAAA1/comments do=like&comment=$ONE&like=off
json likes = 0
as free
POST /watch/AAAAAAAAAA1/comments do=like&comment=$ONE&like=on
status 402

# A link waits for the creator, who sees it in the studio; its author is told so.
as nora
POST /watch/AAAAAAAAAA1/comments do=write&text=Look at www.example.org&parent=$TWO
status 303
head Location: done=held
let HELD = db SELECT MAX(id) FROM comment
GET /watch/AAAAAAAAAA1/comments?done=held
see The creator looks at your comment before others see it.
GET /watch/AAAAAAAAAA1/comments?thread=$ONE
not Look at
db SELECT replies FROM comment WHERE id = $ONE -> 2
db SELECT shown FROM comment_video -> 5
as paul
POST /comment/$HELD do=show
status 403
as cara
POST /comment/$HELD do=show
status 303
db SELECT shown FROM comment_video -> 6

# The creator pins one and hides one; others may not.
as paul
POST /comment/$ONE do=pin
status 403
POST /comment/$ONE do=hide
status 403
as cara
POST /comment/$TWO do=pin
status 409
POST /comment/$ONE do=pin
status 303
accept application/json
GET /watch/AAAAAAAAAA1/comments
json talk.comments.0.id = $ONE
json talk.comments.0.pinned = true
json talk.comments.length = 3
accept text/html
POST /comment/$ONE do=hide
head Location: done=hidden
db SELECT shown, pinned_id FROM comment_video -> 2,NULL
GET /watch/AAAAAAAAAA1/comments
not comment-$ONE
GET /comment/$ONE
status 303
POST /comment/$ONE do=show
db SELECT shown FROM comment_video -> 6

# Changing: by its author, for some minutes; a link that is added makes it wait.
as paul
POST /watch/AAAAAAAAAA1/comments do=edit&comment=$ONE&text=Mine
status 403
POST /watch/AAAAAAAAAA1/comments do=delete&comment=$ONE
status 403
as nora
POST /watch/AAAAAAAAAA1/comments do=edit&comment=$ONE&text=Better at 1:23
status 303
GET /watch/AAAAAAAAAA1/comments
see , edited
see Better at
POST /watch/AAAAAAAAAA1/comments do=edit&comment=$THREE&text=See spam.example.com now
head Location: done=held
db SELECT state FROM comment WHERE id = $THREE -> held
db SELECT shown FROM comment_video -> 5
clock +16m
POST /watch/AAAAAAAAAA1/comments do=edit&comment=$ONE&text=Too late
status 409
see for 15 minutes after it was written
see Too late</textarea>

# Deleting takes the answers out of sight, and the text is gone.
as nora
POST /watch/AAAAAAAAAA1/comments do=delete&comment=$ONE
status 303
db SELECT state, text FROM comment WHERE id = $ONE -> deleted,
db SELECT shown FROM comment_video -> 2
GET /comment/$TWO
status 303
GET /watch/AAAAAAAAAA1/comments?thread=$ONE
status 404

# Closed by the creator: no further ones.
as paul
POST /watch/AAAAAAAAAA1/comments do=close
status 403
as cara
POST /watch/AAAAAAAAAA1/comments do=close
head Location: done=closed
as paul
GET /watch/AAAAAAAAAA1
see The creator has closed the comments of this video.
POST /watch/AAAAAAAAAA1/comments do=write&text=Still here
status 409
as cara
POST /watch/AAAAAAAAAA1/comments do=open
as paul
POST /watch/AAAAAAAAAA1/comments do=write&text=Here again
status 303

# A video that is held is closed, also for its owner.
as cara
GET /watch/AAAAAAAAAA3/comments
see Nobody can comment while others cannot watch the video.
POST /watch/AAAAAAAAAA3/comments do=write&text=Anybody there?
status 409

# Moderators hide, remove and restore, with a reason that the journal keeps.
as mod
GET /subscribe
set member mod role=1
as mod
let LAST = db SELECT MAX(id) FROM comment
POST /comment/$LAST do=remove&reason=
status 400
POST /comment/$LAST do=remove&reason=It insults somebody.
status 303
db SELECT what, about, why FROM moderation_log -> Comment removed,comment:$LAST,It insults somebody.
db SELECT state, free_state FROM comment WHERE id = $LAST -> removed,shown
as cara
POST /comment/$LAST do=show
db SELECT state FROM comment WHERE id = $LAST -> removed
POST /comment/$LAST do=restore&reason=No
status 403
as mod
POST /comment/$LAST do=restore&reason=It does not.
db SELECT state, free_state FROM comment WHERE id = $LAST -> shown,NULL

# Those who are suspended cannot.
set member paul suspended=+3d
as paul
POST /watch/AAAAAAAAAA1/comments do=write&text=From a suspended one
status 401

# New accounts may write less; the page keeps what was typed.
as young
GET /subscribe
paid young
sql UPDATE user SET created_ms = UNIX_TIMESTAMP() * 1000 WHERE handle = 'young'
clock 2031-05-01T12:05Z
sql UPDATE user SET created_ms = UNIX_TIMESTAMP('2031-05-01') * 1000 WHERE handle = 'young'
as young@2031
POST /watch/AAAAAAAAAA1/comments do=write&text=Number one
POST /watch/AAAAAAAAAA1/comments do=write&text=Number two
POST /watch/AAAAAAAAAA1/comments do=write&text=Number three
POST /watch/AAAAAAAAAA1/comments do=write&text=Number four
POST /watch/AAAAAAAAAA1/comments do=write&text=Number five
status 303
POST /watch/AAAAAAAAAA1/comments do=write&text=Number six
status 429
see Number six</textarea>

# Pages: 20, and those that follow.
sql INSERT INTO comment (video_id, owner_id, user_id, text, state, likes, made_ms)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 45)
    SELECT $AAAAAAAAAA1.id, $CARA, $NORA, CONCAT('Many ', i), 'shown', i % 5, 1 FROM n
accept application/json
GET /watch/AAAAAAAAAA1/comments
json talk.comments.0.text = "Many 45"
json talk.comments.19.text = "Many 26"
json talk.comments.length = 20
let NEXT = json talk.next_url
GET $NEXT
json talk.comments.0.text = "Many 25"
GET /watch/AAAAAAAAAA1/comments?sort=liked
json talk.comments.0.text = "Many 44"
json talk.comments.8.text = "Many 4"
json talk.comments.9.text = "Many 43"
let NEXT = json talk.next_url
GET $NEXT
json talk.comments.0.text = "Many 32"

# In the studio: what waits, on all videos of one's own; several at once; which ones wait.
as dora
GET /studio/comments
status 200
see Nothing waits for you
see Comments with links
video AAAAAAAAAA5 by dora title="Dora's" length=60s
POST /studio/comments do=rules&words=Spam%0Afree of charge%0A%0A...
status 303
db SELECT hold_links, words FROM comment_rule -> 0,Spam\nfree of charge
POST /studio/comments do=rules&hold_links=1&words=Spam%0Afree of charge
as nora@dora
POST /watch/AAAAAAAAAA5/comments do=write&text=This is SPÁM!
head Location: done=held
POST /watch/AAAAAAAAAA5/comments do=write&text=It is free of any charge
head Location: at=
POST /watch/AAAAAAAAAA5/comments do=write&text=It is Free of Charge here
head Location: done=held
POST /watch/AAAAAAAAAA5/comments do=write&text=See http://example.org/x
head Location: done=held
as dora
GET /studio/comments
see Waiting (3)
see See <a href="http://example.org/x" rel="nofollow noopener ugc"
limit queries 5 arena 300000
accept application/json
GET /studio/comments
json comments.length = 3
json held = 3
let A = json comments.0.id
let B = json comments.1.id
let C = json comments.2.id
POST /studio/comments do=show&comment.0=$A&comment.1=$B
GET /studio/comments
json comments.length = 1
GET /studio/comments?state=shown
json comments.length = 3
accept text/html
POST /studio/comments do=hide&comment=$A&comment=$B&comment=$C&state=shown
head Location: /studio/comments?state=shown&done=hide&n=3
db SELECT shown FROM comment_video WHERE video_id = $AAAAAAAAAA5.id -> 1
POST /studio/comments do=hide
status 400
see Choose the comments first.

# Not what is on the videos of others.
as nora@dora
POST /studio/comments do=show&comment=$A
head Location: n=0
db SELECT state FROM comment WHERE id = $A -> hidden
GET /studio/comments?state=shown
see No comments yet
