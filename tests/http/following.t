# Following: what the followed creators publish, and the list of them.

as nobody
GET /following
status 303
head Location: /login?next=%2Ffollowing

as vera
GET /following
status 200
see Nothing here yet
see Press “Follow” on a channel
GET /following/creators
status 200
see You do not follow anybody yet
GET /following/nonsense
status 404

as vera
POST /following
status 405

as cleo
GET /following

as dora
GET /following
set member cleo name="Cleo <b>"
video AAAAAAAAAA1 by cleo title=Older length=1s published=1795000000000
video AAAAAAAAAA2 by dora title="Newer <i>" length=1s published=1795300000000
video AAAAAAAAAA3 by cleo title=Unlisted visibility=unlisted length=1s published=1795300000001
video AAAAAAAAAA4 by cleo title="Not ready" state=processing
video AAAAAAAAAA5 by vera title="Her own" length=1s published=1795300000002

as vera
POST /channel/cleo follow=on
status 303
POST /channel/dora follow=on
status 303
GET /following
status 200
see Newer &lt;i&gt;
see Older
see Cleo &lt;b&gt;
not Unlisted
not Not ready
not Her own
limit queries 3 arena 60000

# Newest first; pages; JSON.
as vera
accept application/json
GET /following
json videos.0.title = "Newer <i>"
json videos.1.title = Older
json next_url = ""

many 10..33 video CCCCCCCCC{n} by cleo category=1 title="Number {n}" length=1s
    published={1795200000000 + n}
as vera
GET /following
see Newer
see Number 33
see Number 11
not Number 10
see href="/following?page=2" rel="next"
GET /following?page=2
see Number 10
see Older
GET /following?page=3
see Nothing more here
sql DELETE FROM video WHERE public_id LIKE 'CCCC%'

# --- The creators.
as vera
GET /following/creators
see Cleo &lt;b&gt;
see 2 creators
see 1 video, the latest
see href="/channel/dora"
see action="/channel/cleo" data-rate
see aria-pressed="true"
limit queries 2 arena 60000

as vera
accept application/json
GET /following/creators
json all = 2
json creators.0.handle = cleo
json creators.0.videos = 1
POST /channel/dora follow=off
json follow = off
json followed = false
POST /channel/dora follow=on
json follow = on

# A blocked creator is not listed, nor are their videos.
set member cleo blocked=1
as vera
GET /following
not Older
GET /following/creators
not Cleo
see 1 creator<
set member cleo blocked=0

as vera
POST /channel/cleo follow=off&from=following
status 303
head Location: /following/creators
GET /following
not Older
see Newer

# Others follow their own creators.
as dora
GET /following
see Nothing here yet

many 100..148 member many{n} name="Many {n}"
many 100..148 follows vera many{n}
as vera
GET /following/creators
see 50 creators
see Many 146
not Many 147
GET /following/creators?page=2
see Many 147
see Many 148
see 50 creators
GET /following/creators?page=3
see Nothing more here
