# Uploads: the form, and files in pieces (tus 1.0). Tests that need other limits, a broken
# connection or a server that dies are in tests/tus.test.mjs.

# --- Who may
as nobody
GET /upload
status 303
head Location: /login?next=%2Fupload

as nobody
accept application/json
GET /upload
status 401

as nobody
POST /upload title=x
status 401

as nobody
header Tus-Resumable: 1.0.0
HEAD /upload/files/AAAAAAAAAAAAAAAAAAAAAA
status 401
head Location:

# A member without a subscription may upload.
as anna
GET /upload
status 200
see Upload a video
see 8.0 GB
see 720 minutes
see MP4, MOV
see Only upload videos that are yours
see data-endpoint="/upload/files/"
see >Animation &amp; Short Films</option>
GET /upload
see <optgroup label="Making and home">
limit queries 3 arena 200000

as anna
accept application/json
GET /upload
status 200
json max_bytes = 8000000000
json used_bytes = 0
json categories.0.slug = animation-and-short-films
json categories.30.slug = other

as anna
header Sec-Fetch-Site: cross-site
POST /upload title=x
status 403

as anna
csrf none
POST /upload title=x
status 403
see Reload the page and try again

as anna
PUT /upload
status 405
head Allow: GET, POST
DELETE /upload
status 405

# --- The form: each refusal says what to do, keeps what was typed, and shows it as text.
as anna
POST /upload title=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&description=%3C/textarea%3E%3Cb%3Ebold&category=music&tags=%22%3E%3Ci%3E&visibility=private
status 400
see Choose a video file.
see value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
see &lt;/textarea&gt;&lt;b&gt;bold</textarea>
see value="&quot;&gt;&lt;i&gt;"
see <option value="music" selected>
see value="private" checked
not <script>alert
not <b>bold
not <i>

as anna
file file tests/http/upload.t video.mp4
POST /upload title=&category=music&visibility=public
status 400
see Give the video a title.
see Please choose the file again.
see aria-describedby="title-error"

as anna
file file tests/http/upload.t video.mp4
POST /upload title=A&category=nonsense&visibility=public
status 400
see Choose one of the categories.

as anna
file file tests/http/upload.t video.mp4
POST /upload title=A&category=music&visibility=nobody
status 400
see Choose who may see it

as anna
file file tests/http/upload.t video.mp4
POST /upload title=A&category=music&visibility=public&tags=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16
status 400
see At most 15 tags

# A text file named like a video, and a poster that is not a picture.
as anna
file file tests/http/upload.t video.mp4
POST /upload title=Kept%20text&category=music&visibility=public
status 415
see Accepted formats are MP4, MOV
see value="Kept text"
db SELECT COUNT(*) FROM upload -> 0

as anna
file poster tests/http/upload.t me.jpg
file file tests/http/upload.t video.mp4
POST /upload title=A&category=music&visibility=public
status 415
see Accepted formats are JPEG, PNG and WebP.
see id="poster-error"

as anna
raw application/x-www-form-urlencoded
  title=%ff%fe
POST /upload
status 400
see UTF-8

as anna
body application/x-www-form-urlencoded zeros 200000
POST /upload
status 413

as anna
raw multipart/form-data; boundary=x
  --x\r\nContent-Disposition: form-data; name="title"\r\n\r\nbroken
POST /upload
status 400
see damaged or incomplete

as anna
body text/plain
  hello
POST /upload
status 415

# --- tus: supported versions and extensions
as anna
OPTIONS /upload/files/
status 204
head Tus-Version: 1.0.0
head Tus-Extension: creation,termination,expiration,checksum
head Tus-Max-Size: 8000000000
head Tus-Checksum-Algorithm: sha1,sha256

as anna
POST /upload/files/ title=A
status 412
head Tus-Version: 1.0.0
json error.field = Tus-Resumable

as anna
header Tus-Resumable: 0.2.2
GET /upload/files/AAAAAAAAAAAAAAAAAAAAAA
status 412

as anna
header Tus-Resumable: 1.0.0
PUT /upload/files/AAAAAAAAAAAAAAAAAAAAAA
status 405

# --- tus: creation
as anna
header Tus-Resumable: 1.0.0
POST /upload/files/ title=A
status 400
json error.field = Upload-Length

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: -5
POST /upload/files/ title=A
status 400

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 0
POST /upload/files/ title=A
status 400
json error.message = The file is empty.

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 8000000001
POST /upload/files/ title=A
status 413
see A file may have at most 8.0 GB
json error.field = file

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
POST /upload/files/ description=no+title
status 400
json error.field = title

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
header Upload-Metadata: title ***
POST /upload/files/
status 400
json error.field = Upload-Metadata

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
header Upload-Metadata: title //79
POST /upload/files/
status 400
see UTF-8

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
csrf none
POST /upload/files/ title=A
status 403

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
file poster tests/http/upload.t me.jpg
POST /upload/files/ title=A
status 415
json error.field = poster
db SELECT COUNT(*) FROM upload -> 0

# With metadata, as any tus client sends it: title "Prüfung", filename "cat.mp4".
as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 40
header Upload-Metadata: title UHLDvGZ1bmc=,filename Y2F0Lm1wNA==,category bXVzaWM=,visibility cHJpdmF0ZQ==,is_confidential
body application/x-www-form-urlencoded
POST /upload/files/
status 201
head Tus-Resumable: 1.0.0
head Cache-Control: no-store
head Upload-Offset: 0
head Upload-Expires: GMT
limit queries 6 arena 200000
let UPLOAD = head Location: ^(/upload/files/[A-Za-z0-9_-]{22})$
json url = $UPLOAD
db SELECT HEX(title), file_name, visibility, allow_preview, length_bytes FROM upload -> 5072C3BC66756E67,cat.mp4,private,0,40

as anna
accept application/json
GET /upload
json used_bytes = 40

# --- tus: pieces
as anna
header Tus-Resumable: 1.0.0
HEAD $UPLOAD
status 200
head Upload-Offset: 0
head Upload-Length: 40
head Cache-Control: no-store
limit queries 2

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/octet-stream
  x
PATCH $UPLOAD
status 415
see application/offset+octet-stream

as anna
header Upload-Offset: 0
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 412

as anna
header Tus-Resumable: 1.0.0
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 400
json error.field = Upload-Offset

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 1
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 409
head Upload-Offset: 0

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
body application/offset+octet-stream zeros 41
PATCH $UPLOAD
status 413
see announced with 40 bytes

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  x
csrf none
PATCH $UPLOAD
status 403

# Another member's upload does not exist, whatever the request.
as ben
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
HEAD $UPLOAD
status 404
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 404
DELETE $UPLOAD
status 404
HEAD /upload/files/AAAAAAAAAAAAAAAAAAAAAA
status 404
HEAD /upload/files/
status 404

as nobody
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 401

# A POST stays a POST.
as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header X-HTTP-Method-Override: PATCH
raw application/offset+octet-stream
  x
POST $UPLOAD
status 415

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header X-HTTP-Method-Override: PATCH
POST $UPLOAD
status 405

# A checksum: of another piece, of an unknown kind, malformed, and the right one.
as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header Upload-Checksum: sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=
raw application/offset+octet-stream
  \x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41
PATCH $UPLOAD
status 460
head Upload-Offset: 0
see Send it again

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header Upload-Checksum: md5 1B2M2Y8AsgTpgAmY7PhCfg==
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 400
see sha1,sha256

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header Upload-Checksum: sha1 ***
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 400

as anna
header Tus-Resumable: 1.0.0
HEAD $UPLOAD
status 200
head Upload-Offset: 0

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
header Upload-Checksum: sha1 j1TtKaWk0y83vkTUoZJb3QXbqmc=
raw application/offset+octet-stream
  \x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41
PATCH $UPLOAD
status 204
head Upload-Offset: 32
head Upload-Expires: GMT
head Video-Id:
limit queries 3

# A second piece for the same place comes too late; the last piece makes the video, once.
as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 409
head Upload-Offset: 32

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 32
raw application/offset+octet-stream
  12345678
PATCH $UPLOAD
status 204
head Upload-Offset: 40
head Upload-Expires:
let VIDEO = head Video-Id: ^([A-Za-z0-9_-]{11})$
db SELECT v.state, v.visibility, v.original_bytes, c.slug, j.state FROM video v JOIN category c ON c.id = v.category_id JOIN transcode_job j ON j.video_id = v.id WHERE v.public_id = '$VIDEO' -> processing,private,40,music,waiting
db SELECT CONCAT('/upload/files/', source) FROM transcode_job -> $UPLOAD

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 40
HEAD $UPLOAD
status 200
head Upload-Offset: 40
head Video-Id: $VIDEO
raw application/offset+octet-stream
PATCH $UPLOAD
status 204
head Video-Id: $VIDEO
raw application/offset+octet-stream
  x
PATCH $UPLOAD
status 413
DELETE $UPLOAD
status 403
see Delete the video in the studio
db SELECT COUNT(*) FROM video -> 1

# --- tus: a part of a parallel upload is refused when it begins
as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 26
header Upload-Concat: partial
POST /upload/files/ title=Part
status 400
see Uploads in parallel parts are not supported

as anna
header Tus-Resumable: 1.0.0
header Upload-Concat: final;/upload/files/a /upload/files/b
POST /upload/files/ title=Whole
status 400
see Uploads in parallel parts are not supported

# --- tus: a picture of a phone is in the container of MP4
as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 26
POST /upload/files/ title=Photo
status 201
let PHOTO = head Location: (/upload/files/.*)$

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  \x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heicxx
PATCH $PHOTO
status 415
see This is a picture, not a video.

# --- tus: not a video; refused with the piece that shows it, and deleted
as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 26
POST /upload/files/ title=Playlist
status 201
let LIST = head Location: (/upload/files/.*)$

as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  #EXTM3U\n/etc/passwd\n#.....
PATCH $LIST
status 415
see Accepted formats are MP4, MOV
HEAD $LIST
status 404
db SELECT COUNT(*) FROM upload WHERE title = 'Playlist' -> 0
db SELECT COUNT(*) FROM file_removal WHERE CONCAT('/upload/files/', name) = '$LIST' -> 1

# --- tus: termination and expiration
as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 26
POST /upload/files/ title=Never+mind
status 201
let GIVEN_UP = head Location: (/upload/files/.*)$

as anna
csrf none
header Tus-Resumable: 1.0.0
DELETE $GIVEN_UP
status 403

as anna
header Tus-Resumable: 1.0.0
DELETE $GIVEN_UP
status 204
DELETE $GIVEN_UP
status 404

as anna
header Tus-Resumable: 1.0.0
header Upload-Length: 26
POST /upload/files/ title=Forgotten
status 201
let OLD = head Location: (/upload/files/.*)$

# Each byte postpones the expiry.
clock +47h
as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 0
raw application/offset+octet-stream
  \x00\x00\x00\x18ftyp
PATCH $OLD
status 204

clock +94h
as anna
header Tus-Resumable: 1.0.0
HEAD $OLD
status 200
head Upload-Offset: 8

clock +96h
as anna
header Tus-Resumable: 1.0.0
header Upload-Offset: 8
HEAD $OLD
status 410
raw application/offset+octet-stream
  x
PATCH $OLD
status 410
job sweep
db SELECT COUNT(*) FROM upload WHERE video_id IS NULL -> 0
db SELECT file_name, length_bytes, CONCAT(title, description, tags) FROM upload -> cat.mp4,40,
HEAD $OLD
status 404
