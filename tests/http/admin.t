# The pages of moderators: for others they do not exist. What they show, and whom and what they
# block.

as nobody
GET /admin
status 303
head Location: /login?next=%2Fadmin

as nobody
POST /admin/video/AAAAAAAAAA1 do=block
status 401

as cleo
GET /admin
status 404
GET /admin/jobs
status 404
POST /admin/video/AAAAAAAAAA1 do=block
status 404
POST /admin/member/cleo do=unblock
status 404

as mona
GET /admin
status 404
set member mona role=1 name=Mona
GET /admin
status 200
see Nothing has failed.
see No job has run yet.
see href="/admin">Administration</a>
GET /admin/jobs
status 200
see No job has run yet.

as olga
GET /account
set member olga role=2
GET /admin
status 200

set member cleo name=<i>Cleo
paid cleo until=9000000000000 grace=2000
paid mona until=1000 grace=2000
video AAAAAAAAAA1 by cleo title="A <b>ready</b> one" length=0
video AAAAAAAAAA2 by cleo title="Failed <b>one" state=failed
video AAAAAAAAAA3 by cleo title="At work" state=processing
video AAAAAAAAAA4 by cleo title=Gone state=deleted
many 1,4 rendition AAAAAAAAAA{n} 720p width=1280 height=720 bytes=1500000
transcode AAAAAAAAAA2 state=failed attempts=3 error="Nothing to <b>see." ended=1795363200000
sql INSERT INTO job_run (job, started_ms, ended_ms, result, did) VALUES
    ('sweep', 1795363100000, 1795363200000, 'ok', 'an earlier run'),
    ('sweep', 1795363200000, 1795363200000, 'busy', 'no <b>room'),
    ('transcode', 1795363200000, 0, '', '')

# --- What they show.
as mona
GET /admin
status 200
limit queries 6
see <strong class="price">3</strong><br><span class="muted">members
see <strong class="price">1</strong><br><span class="muted">with access
see <strong class="price">3</strong><br><span class="muted">videos
see <strong class="price">1.5 MB</strong><br><span class="muted">stored
see Failed &lt;b&gt;one
see Nothing to &lt;b&gt;see.
see <form method="post" action="/admin/video/AAAAAAAAAA2">
see no &lt;b&gt;room
see data-state="failed">could not go on; it tries again
see data-state="processing">running
not an earlier run
not <b>

as mona
GET /admin/jobs
see an earlier run
see no &lt;b&gt;room
not <b>

as-token mona
accept application/json
GET /admin
status 200
json members = 3
json subscribers = 1
json videos = 3
json stored_bytes = 1500000
json failures.0.id = AAAAAAAAAA2
json jobs.0.result = busy
json video = null
json member = null

as-token mona
accept application/json
GET /admin/jobs
json runs.0.job = transcode
json runs.2.did = an earlier run

# --- Finding: by id, by address, by handle.
as mona
GET /admin?find=AAAAAAAAAA1
see A &lt;b&gt;ready&lt;/b&gt; one
see &lt;i&gt;Cleo
see <button class="danger" name="do" value="block">
GET /admin?find=https://example.org/watch/AAAAAAAAAA3
see At work
GET /admin?find=@cleo
see action="/admin/member/cleo"
GET /admin?find=/channel/cleo
see action="/admin/member/cleo"
GET /admin?find=AAAAAAAAAA4
see There is no video and no member with that name.
GET /admin?find="><script>
see There is no video and no member with that name.
see value="&quot;&gt;&lt;script&gt;"
not <script>"
GET /admin?find=%20
not There is no video and no member with that name.
GET /admin?find=' OR 1 -- 
see There is no video and no member with that name.

as-token mona
accept application/json
GET /admin?find=cleo
json member.handle = cleo
json member.blocked = false
not example.org

# --- Blocking a video, and what was reported for it in the meantime.
as mona
POST /admin/video/AAAAAAAAAA1 do=block
status 303
head Location: /admin?find=AAAAAAAAAA1&done=block
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> limited
GET /admin?find=AAAAAAAAAA1&done=block
see Blocked.
see <button name="do" value="unblock">

as nobody
GET /watch/AAAAAAAAAA1
status 404

as mona
POST /admin/video/AAAAAAAAAA1 do=block
status 303
POST /admin/video/AAAAAAAAAA1 do=unblock
status 303
POST /admin/video/AAAAAAAAAA1 do=unblock
status 303
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> ready
GET /admin?done=unblock
see No longer blocked.

as nobody
GET /watch/AAAAAAAAAA1
status 200

as mona
POST /admin/video/AAAAAAAAAA2 do=block
POST /admin/video/AAAAAAAAAA2 do=unblock
POST /admin/video/AAAAAAAAAA3 do=block
POST /admin/video/AAAAAAAAAA3 do=unblock
db SELECT state FROM video WHERE public_id IN ('AAAAAAAAAA2', 'AAAAAAAAAA3') ORDER BY public_id -> failed;processing
POST /admin/video/AAAAAAAAAA4 do=unblock
status 404

# --- Retrying.
as mona
POST /admin/video/AAAAAAAAAA1 do=retry
status 409
see This video has not failed
POST /admin/video/AAAAAAAAAA2 do=retry
status 303
db SELECT v.state, j.state FROM video v JOIN transcode_job j ON j.video_id = v.id WHERE v.public_id = 'AAAAAAAAAA2' -> processing,waiting
GET /admin?done=retry
see The video is being processed again.
see Nothing has failed.

# --- Blocking a member: only those with a lower role.
as mona
POST /admin/member/cleo do=block
status 303
db SELECT blocked FROM user WHERE handle = 'cleo' -> 1
GET /admin?find=cleo
see data-state="blocked">blocked

as cleo
GET /account
status 303

as nobody
GET /watch/AAAAAAAAAA1
status 404

as mona
POST /admin/member/cleo do=unblock
status 303
db SELECT blocked FROM user WHERE handle = 'cleo' -> 0
POST /admin/member/mona do=block
status 403
POST /admin/member/olga do=block
status 403
see Only a member with a higher role may do this.
GET /admin?find=olga
see operator
not action="/admin/member/olga"

as olga
POST /admin/member/mona do=block
status 303
POST /admin/member/mona do=unblock
status 303
POST /admin/member/olga do=block
status 403
db SELECT COUNT(*) FROM user WHERE blocked -> 0

# --- Bad input.
as mona
POST /admin/member/nobody-here do=block
status 404
POST /admin/video/AAAAAAAAAA9 do=block
status 404
POST /admin/member/cleo do=retry
status 400
POST /admin/video/AAAAAAAAAA1 do=nonsense
status 400
POST /admin/video/AAAAAAAAAA1
status 400
GET /admin/video/AAAAAAAAAA1
status 405
head Allow: POST
POST /admin do=block
status 405
GET /admin/nonsense
status 404

as mona
csrf none
POST /admin/video/AAAAAAAAAA1 do=block
status 403
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> ready

as mona
body application/x-www-form-urlencoded zeros 2000
POST /admin/video/AAAAAAAAAA1
status 413
