# The pages of moderators: for others they do not exist. What they show.

as nobody
GET /admin
status 303
head Location: /login?next=%2Fadmin

as nobody
POST /admin/video/AAAAAAAAAA1 do=retry
status 401

as cleo
GET /admin
status 404
GET /admin/jobs
status 404
POST /admin/video/AAAAAAAAAA1 do=retry
status 404
GET /admin/video/AAAAAAAAAA1
status 404
GET /admin/member/cleo
status 404

as mona
GET /admin
status 404
set member mona role=1 name=Mona
GET /admin
status 200
see Nothing has failed.
see No job has run yet.
see href="/admin"
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

as-token mona
accept application/json
GET /admin/jobs
json runs.0.job = transcode
json runs.2.did = an earlier run

# --- One video, one member; also what nobody else sees.
as mona
GET /admin/video/AAAAAAAAAA1
status 200
limit queries 5
see A &lt;b&gt;ready&lt;/b&gt; one
see &lt;i&gt;Cleo
see value="open">Open a case
not value="retry"
GET /admin/video/AAAAAAAAAA2
see Nothing to &lt;b&gt;see.
see value="retry"
GET /admin/video/AAAAAAAAAA4
status 404
GET /admin/member/cleo
status 200
limit queries 4
see <bdi>&lt;i&gt;Cleo</bdi>
see name="channel" value="cleo"
not /admin/account/cleo
GET /admin/member/nobody-here
status 404

as olga
GET /admin/member/cleo
see /admin/account/cleo

as-token mona
accept application/json
GET /admin/video/AAAAAAAAAA3
json state = processing
json entries.length = 0
GET /admin/member/olga
json state = operator
not example.org

# --- Retrying.
as mona
POST /admin/video/AAAAAAAAAA1 do=retry
status 409
see This video has not failed
POST /admin/video/AAAAAAAAAA2 do=retry
status 303
db SELECT v.state, j.state FROM video v JOIN transcode_job j ON j.video_id = v.id WHERE v.public_id = 'AAAAAAAAAA2' -> processing,waiting
GET /admin/video/AAAAAAAAAA2?done=retry
see The video is being processed again.
GET /admin
see Nothing has failed.

# --- Bad input.
as mona
POST /admin/member/cleo do=retry
status 405
POST /admin/video/AAAAAAAAAA9 do=retry
status 404
POST /admin/video/AAAAAAAAAA1 do=nonsense
status 400
POST /admin/video/AAAAAAAAAA1
status 400
POST /admin do=retry
status 405
GET /admin/nonsense
status 404

as mona
csrf none
POST /admin/video/AAAAAAAAAA2 do=retry
status 403

as mona
body application/x-www-form-urlencoded zeros 2000
POST /admin/video/AAAAAAAAAA1
status 413
