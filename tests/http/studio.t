# The studio: a creator's own videos, what is shown about them, who may change them and how.

as nobody
GET /studio
status 303
head Location: /login?next=%2Fstudio

as nobody
accept application/json
GET /studio/AAAAAAAAAA1
status 401

as nobody
POST /studio/AAAAAAAAAA1 do=delete
status 401

as cleo
GET /studio
status 200
see Nothing here yet
see href="/upload"

as cleo
accept application/json
GET /studio
json videos = []
json used_bytes = 0

# Six videos of Cleo's in every state, and one of another creator's.
as otto
GET /studio
status 200
video AAAAAAAAAA1 by cleo title="A ready one" description=Words tags="piano, felt" poster=1
    length=245s bytes=30000000 views=1234 likes=5 created=1001 published=2001
video AAAAAAAAAA2 by cleo title="One at work" visibility=unlisted state=processing bytes=40000000
    created=1002
video AAAAAAAAAA3 by cleo title="One that failed" state=failed created=1003
video AAAAAAAAAA4 by cleo title="A blocked one" state=limited length=0 created=1004 published=0
video AAAAAAAAAA5 by cleo title="A deleted one" state=deleted length=0 created=1005 published=0
video BBBBBBBBBB1 by otto title="Somebody else's" state=processing created=1006
video AAAAAAAAAA6 by cleo title="\"><script>alert(1)</script>" visibility=private poster=1
    length=0 created=1000 published=2000
transcode AAAAAAAAAA2 percent=37
transcode AAAAAAAAAA3 state=failed attempts=1 error="There is no picture <b>in</b> this file."
transcode AAAAAAAAAA1 source=aaaaaaaaaaaaaaaaaaaaa3 percent=62
rendition AAAAAAAAAA1 720p width=1280 height=720 bytes=24500000
rendition AAAAAAAAAA1 audio bytes=3000000

# --- The list.
as cleo
GET /studio
status 200
limit queries 4
see A ready one
see 1.2K views, 5 likes
see more qualities are being made, 62 %
see <li data-video="AAAAAAAAAA2" data-state="processing">
see <progress value="37" max="100" aria-label="Processed">
see <span class="small muted" data-percent>37 %</span>
see There is no picture &lt;b&gt;in&lt;/b&gt; this file.
see value="retry"
see It is limited to you and the moderators.
see &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;
see 70.0 MB of
not <script>alert
not <b>in</b>
not A deleted one
not Somebody else

as-token cleo
accept application/json
GET /studio
status 200
json page = 1
json videos.0.id = AAAAAAAAAA4
json videos.1.error = "There is no picture <b>in</b> this file."
json videos.2.state = processing
json videos.2.percent = 37
json videos.2.working = true
json videos.4.title = "\"><script>alert(1)</script>"
not BBBBBBBBBB1

as otto
GET /studio
see Somebody else&#39;s
not A ready one

as cleo
GET /studio?done=uploaded
see The upload is complete.
GET /studio?done=<script>
not role="status"
not <script>"

# --- Pages.
many 10..29 video CCCCCCCCC{n} by cleo category=1 title="Number {n}" state=processing
    created={2000 + n}
as cleo
GET /studio
see Number 29
see href="/studio?page=2"
not AAAAAAAAAA6
GET /studio?page=2
see AAAAAAAAAA6
see href="/studio?page=1"
not page=3
GET /studio?page=-1
see Number 29
GET /studio?page=9
status 200
sql DELETE FROM video WHERE public_id LIKE 'CCCC%'

# --- One video: only for its owner.
as cleo
GET /studio/AAAAAAAAAA1
status 200
see value="A ready one"
see <option value="music" selected>
see value="piano, felt"
see value="public" checked
see 1280 × 720
see 800 kbit/s
see 24.5 MB
see 27.5 MB is stored for watching.
see The file you uploaded is 30.0 MB.
see processed without a preview

as cleo
accept application/json
GET /studio/AAAAAAAAAA1
json video.title = A ready one
json category = music
json stored_bytes = 27500000
json renditions.1.name = 720p
json renditions.1.kbps = 800

# Its audience: nobody yet; then two members on three days, without what Cleo played herself. The
# video of 245 s has 49 parts of 5 s.
as cleo
GET /studio/AAAAAAAAAA1
see Nobody has watched this video yet.
let VIDEO = db SELECT id FROM video WHERE public_id = 'AAAAAAAAAA1'
credited otto AAAAAAAAAA1 day=1 raw=60s lost=64
credited otto AAAAAAAAAA1 day=2 raw=40s lost=64
credited otto AAAAAAAAAA1 day=2 unit=7 credited=20s
credited 999999 AAAAAAAAAA1 day=2 unit=8 credited=60s
credited cleo AAAAAAAAAA1 day=2 raw=999s lost=65
sql INSERT INTO video_retention (video_id, cell, plays)
    VALUES ($VIDEO, 0, 8), ($VIDEO, 1, 4), ($VIDEO, 48, 1), ($VIDEO, 49, 99)
cache flush
as cleo
GET /studio/AAAAAAAAAA1
see <strong>2</strong> members watched this video, 1:00 on average and 3:00 in all.
see <title>0:05 to 0:10: 4 times</title>
see <th scope="row">4:00</th><td data-label="To">4:05</td><td class="num" data-label="Played">1</td>
not Nobody has watched
not 99 times

as cleo
accept application/json
GET /studio/AAAAAAAAAA1
json audience.viewers = 2
json audience.watched_ms = 180000
json audience.average_ms = 60000
json audience.parts.0.plays = 8
json audience.parts.2.plays = 0
json audience.parts.48.to_ms = 245000

# A long one is shown in 60 parts at most.
set video AAAAAAAAAA1 length=1h
as cleo
accept application/json
GET /studio/AAAAAAAAAA1
json audience.parts.0.to_ms = 60000
json audience.parts.0.plays = 1
json audience.parts.59.to_ms = 3600000
set video AAAAAAAAAA1 length=245s

# How often it was recommended: not yet; then on some days, one of them long ago. The list of videos
# says so as well.
as cleo
GET /studio/AAAAAAAAAA1
see No member has seen this video on their home page yet.
see 15 % of these places are kept for new videos
GET /studio/AAAAAAAAAA6
see Only public videos that are ready are recommended
GET /studio
not Recommended: shown
let DAY = db SELECT DATE_FORMAT(UTC_DATE() - INTERVAL 2 DAY, '%e %b %Y')
let EARLIER = db SELECT DATE_FORMAT(UTC_DATE() - INTERVAL 20 DAY, '%e %b %Y')
let BETWEEN = db SELECT DATE_FORMAT(UTC_DATE() - INTERVAL 19 DAY, '%e %b %Y')
shown AAAAAAAAAA1 day=-2 shown=300 opened=20
shown AAAAAAAAAA1 day=-20 shown=100 opened=11
shown AAAAAAAAAA1 day=-40 shown=12
as cleo
GET /studio
see Recommended: shown 412 times, opened 31 times
GET /studio/AAAAAAAAAA1
see Shown <strong>412</strong> times to members on their home pages, and opened <strong>31</strong> times from there: 7.5 %.
see <title>$DAY: shown 300, opened 20</title>
see <title>$BETWEEN: shown 0, opened 0</title>
see <th scope="row">$EARLIER</th><td class="num" data-label="Shown">100</td><td class="num" data-label="Opened">11</td>
not <th scope="row">$BETWEEN</th>

as cleo
accept application/json
GET /studio/AAAAAAAAAA1
json video.shown = 412
json exposure.opened = 31
json exposure.unproven_percent = 15
json exposure.days.length = 2
json exposure.days.0.day = $EARLIER
json exposure.days.1.shown = 300

as cleo
GET /studio/AAAAAAAAAA6
see value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
not <script>alert

as cleo
GET /studio/AAAAAAAAAA3
see There is no picture &lt;b&gt;in&lt;/b&gt; this file.
see Nothing is stored for watching yet.

as otto
GET /studio/AAAAAAAAAA1
status 404
GET /studio/AAAAAAAAAA1/delete
status 404
not A ready one

as cleo
GET /studio/AAAAAAAAAA5
status 404
GET /studio/AAAAAAAAAA9
status 404
GET /studio/nonsense
status 404
GET /studio/-1
status 404
GET /studio/AAAAAAAAAA1/nonsense
status 404

# A moderator sees the watch page, but not this page.
as mona
GET /studio
set member mona role=1
GET /studio/AAAAAAAAAA1
status 404
POST /studio/AAAAAAAAAA1 do=delete
status 404
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> ready

# Nothing about a private video is told to others, not even where its picture is.
as cleo
GET /studio/AAAAAAAAAA6
see /media/
see /AAAAAAAAAA6/poster/card.jpg

as otto
GET /watch/AAAAAAAAAA6
status 404
not /media/
GET /studio/AAAAAAAAAA6
status 404
not /media/
GET /studio
not AAAAAAAAAA6

# --- Saving.
as cleo
POST /studio/AAAAAAAAAA1 do=save&title=A better title&description=Two%0Alines&category=news&tags=%23Felt, %23Piano&visibility=unlisted&allow_preview=1
status 303
head Location: /studio/AAAAAAAAAA1?done=saved
db SELECT title, tags, visibility, category_id, allow_preview FROM video WHERE public_id = 'AAAAAAAAAA1' -> A better title,felt, piano,unlisted,5,1
db SELECT HEX(description) FROM video WHERE public_id = 'AAAAAAAAAA1' -> 54776F0A6C696E6573
db SELECT COUNT(*) FROM video_search s JOIN video v ON v.id = s.video_id WHERE v.public_id = 'AAAAAAAAAA1' AND s.title LIKE '%better%' -> 1
GET /studio/AAAAAAAAAA1?done=saved
see Your changes have been saved.

# A box that is not ticked is not sent; everything else that is not sent stays.
as cleo
POST /studio/AAAAAAAAAA1 do=save&title=Only the title
status 303
db SELECT title, tags, visibility, category_id, allow_preview FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title,felt, piano,unlisted,5,0

as-token cleo
body application/json
  {"do": "save", "visibility": "private", "allow_preview": true}
POST /studio/AAAAAAAAAA1
status 303
db SELECT title, visibility, allow_preview FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title,private,1

as-token cleo
accept application/json
body application/json
  {"do": "save", "title": " "}
POST /studio/AAAAAAAAAA1
status 400
json error.field = title
json error.message = Give the video a title.

# --- Each refusal says why, keeps what was typed and saves nothing.
as cleo
POST /studio/AAAAAAAAAA1 do=save&title=&description=</textarea><b>kept&category=sports&tags="><i>&visibility=public
status 400
see Give the video a title.
see aria-describedby="title-error"
see &lt;/textarea&gt;&lt;b&gt;kept</textarea>
see <option value="sports" selected>
see value="&quot;&gt;&lt;i&gt;"
see value="public" checked
not <b>kept
not <i>

as cleo
POST /studio/AAAAAAAAAA1 do=save&title=Other&category=nonsense
status 400
see Choose one of the categories.
POST /studio/AAAAAAAAAA1 do=save&title=Other&visibility=everybody
status 400
see Choose who may see it
POST /studio/AAAAAAAAAA1 do=save&title=Other&tags=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
status 400
see At most 15 tags
POST /studio/AAAAAAAAAA1 do=save&title=Other&tags=1234567890123456789012345678901
status 400
see A tag may have at most 30 characters
POST /studio/AAAAAAAAAA1 do=save&title=1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901
status 400
see A title may have at most 120 characters; this one has 121.
POST /studio/AAAAAAAAAA1 do=nonsense&title=Other
status 400
POST /studio/AAAAAAAAAA1 title=Other
status 400
db SELECT title FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title

as cleo
raw application/x-www-form-urlencoded
  do=save&title=%ff%fe
POST /studio/AAAAAAAAAA1
status 400
see UTF-8

as cleo
body application/x-www-form-urlencoded zeros 200000
POST /studio/AAAAAAAAAA1
status 413

as cleo
csrf none
POST /studio/AAAAAAAAAA1 do=save&title=Other
status 403

as cleo
header Origin: https://elsewhere.example
POST /studio/AAAAAAAAAA1 do=save&title=Other
status 403

as otto
POST /studio/AAAAAAAAAA1 do=save&title=Other
status 404
POST /studio/AAAAAAAAAA1 do=delete
status 404
POST /studio/AAAAAAAAAA3 do=retry
status 404

as cleo
POST /studio do=delete
status 405
POST /studio/AAAAAAAAAA1/delete do=delete
status 405
DELETE /studio/AAAAAAAAAA1
status 405
head Allow: GET, POST
db SELECT title, state FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title,ready

# --- Pictures: accepted by content, not by name.
as cleo
file poster tests/http/studio.t me.jpg
POST /studio/AAAAAAAAAA1 do=save&title=Typed&category=sports
status 415
see Accepted formats are JPEG, PNG and WebP.
see id="poster-error"
see value="Typed"

as cleo
file poster htdocs/favicon.svg me.png
POST /studio/AAAAAAAAAA1 do=save&title=Other
status 415
see Accepted formats are JPEG, PNG and WebP.

# 900 megapixels in 69 bytes.
as cleo
raw multipart/form-data; boundary=x
  --x\r\nContent-Disposition: form-data; name="do"\r\n\r\nsave\r\n--x\r\nContent-Disposition: form-data; name="poster"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00u0\x00\x00u0\x08\x02\x00\x00\x00\xe9Eo\xed\x00\x00\x00\x0cIDATx\xdac`\xa0=\x00\x00\x00d\x00\x01\xb8\x99\xef\x99\x00\x00\x00\x00IEND\xaeB`\x82\r\n--x--\r\n
POST /studio/AAAAAAAAAA1
status 400
see more than 36 megapixels
see id="poster-error"

as cleo
body multipart/form-data; boundary=x zeros 11000000
POST /studio/AAAAAAAAAA1
status 413
db SELECT title, poster_version, own_poster FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title,1,0

as cleo
raw multipart/form-data; boundary=x
  --x\r\nContent-Disposition: form-data; name="do"\r\n\r\nsave\r\n--x\r\nContent-Disposition: form-data; name="poster"; filename="../../a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x20\x00\x00\x00\x12\x08\x02\x00\x00\x00\xb5\xaaK\x05\x00\x00\x00\x1fIDATx\xdacP\x98\xd0@S\xc40j\xc1\xa8\x05\xa3\x16\x8cZ0j\xc1\xa8\x05\xf4\xb0\x00\x00Cv\xac\x1f^\xd4r\x1e\x00\x00\x00\x00IEND\xaeB`\x82\r\n--x--\r\n
POST /studio/AAAAAAAAAA1
status 303
db SELECT title, poster_version, own_poster FROM video WHERE public_id = 'AAAAAAAAAA1' -> Only the title,2,1

as cleo
only http
GET /studio/AAAAAAAAAA1
let CARD = body src="(/media/[^"]*card.jpg[^"]*)"
GET $CARD
status 200
head Content-Type: image/jpeg

# --- Retrying.
as cleo
POST /studio/AAAAAAAAAA1 do=retry
status 409
see has not failed, or its file has been deleted.

as cleo
POST /studio/AAAAAAAAAA3 do=retry
status 303
head Location: /studio?done=retry
db SELECT v.state, j.state, j.error FROM video v JOIN transcode_job j ON j.video_id = v.id WHERE v.public_id = 'AAAAAAAAAA3' -> processing,waiting,
GET /studio?done=retry
see The video is being processed again.

# --- Deleting asks first, without any script.
as cleo
GET /studio/AAAAAAAAAA1/delete
status 200
see Delete this video?
see Only the title
see 27.5 MB
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> ready

as cleo
accept application/json
GET /studio/AAAAAAAAAA1/delete
json video.id = AAAAAAAAAA1
json stored_bytes = 27500000

as cleo
csrf none
POST /studio/AAAAAAAAAA1 do=delete
status 403
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> ready

as cleo
POST /studio/AAAAAAAAAA1 do=delete
status 303
head Location: /studio?done=deleted
db SELECT state FROM video WHERE public_id = 'AAAAAAAAAA1' -> deleted
db SELECT folder, name FROM file_removal ORDER BY id -> incoming,aaaaaaaaaaaaaaaaaaaaa3;videos,AAAAAAAAAA1
GET /studio?done=deleted
see The video has been deleted
not AAAAAAAAAA1

as cleo
POST /studio/AAAAAAAAAA1 do=delete
status 404
GET /watch/AAAAAAAAAA1
status 404
