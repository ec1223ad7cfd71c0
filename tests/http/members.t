# Operators look for members and videos: lists that are searched from the beginning of names and titles.

as mona
GET /admin/members
status 404
set member mona role=1
GET /admin/members
status 200
GET /admin/videos
status 200
see No video is like this.

as olga
GET /account
set member olga role=2
as cleo
GET /account
as dora
GET /account
as emil
GET /account
set member cleo name=100%_<i>\Cleo
set member dora blocked=1
set member emil name="دانة"
paid cleo until=9000000000000 grace=9000000000000
paid emil until=1000 grace=2000

as olga
GET /admin/members
status 200
limit queries 4
see 100%_&lt;i&gt;
see cleo@example.org
see paid until
see ended on
see never paid
see banned
see moderator
see operator

as-token olga
accept application/json
GET /admin/members?group=paying
json members.length = 1
json members.0.handle = cleo
GET /admin/members?group=unpaid
json members.length = 1
json members.0.handle = emil
GET /admin/members?group=restricted
json members.length = 1
json members.0.state = banned
GET /admin/members?group=staff
json members.length = 2
GET /admin/members?group=closed
json members.length = 0
GET /admin/members?find=CLE
json members.0.handle = cleo
GET /admin/members?find=@cleo
json members.0.handle = cleo
GET /admin/members?find=cleo@EXAMPLE.org
json members.0.handle = cleo
json members.length = 1
GET /admin/members?find=100%25_
json members.0.handle = cleo
json members.length = 1
GET /admin/members?find=100%25_%3Ci%3E%5CC
json members.length = 1
GET /admin/members?find=%25
json members.length = 0
GET /admin/members?find=c_eo
json members.length = 0
GET /admin/members?find=%5C
json members.length = 0
GET /admin/members?find=%D8%AF
json members.length = 1
json members.0.handle = emil
GET /admin/members?find=cleo&group=closed
json members.length = 0
GET /admin/members?group=nonsense&before=x
json members.length = 5

# Moderators see neither addresses nor what was paid.
as mona
GET /admin/members
see /admin/member/cleo
not cleo@example.org
not paid until
not never paid

as-token mona
accept application/json
GET /admin/members?find=cleo@
json members.length = 0
GET /admin/members?find=cleo
json members.0.handle = cleo
json members.0.email = null
json members.0.access = null

# Pages: fifty and a link to the older ones, which has what was asked for.
many 1..60 member zoe{n}
as olga
GET /admin/members?find=zoe
status 200
see href="/admin/members?find=zoe&amp;group=all&amp;before=
see zoe60
not zoe10<

# --- Videos.
video AAAAAAAAAA1 by cleo title="A <b>ready</b> one"
video AAAAAAAAAA2 by cleo title="A failed one" state=failed
video AAAAAAAAAA3 by emil title="50% off" visibility=private
video AAAAAAAAAA4 by emil title=Gone state=deleted

as mona
GET /admin/videos
status 200
limit queries 4
see A &lt;b&gt;ready&lt;/b&gt; one
see data-state="deleted"
not <b>ready
GET /admin/videos?find=AAAAAAAAAA2
status 303
head Location: /admin/video/AAAAAAAAAA2
GET /admin/videos?find=https://example.org/watch/AAAAAAAAAA2
status 303
head Location: /admin/video/AAAAAAAAAA2
GET /admin/videos?member=nobody-here
status 400
see Nobody has this handle.

as-token mona
accept application/json
GET /admin/videos?find=a%20f
json videos.length = 1
json videos.0.id = AAAAAAAAAA2
GET /admin/videos?find=50%25
json videos.length = 1
json videos.0.visibility = private
GET /admin/videos?find=%25
json videos.length = 0
GET /admin/videos?state=failed
json videos.length = 1
GET /admin/videos?member=@emil&visibility=private
json videos.length = 1
GET /admin/videos?member=emil
json videos.length = 2
GET /admin/videos?member=cleo&find=a
json videos.length = 2
json older_url = null
