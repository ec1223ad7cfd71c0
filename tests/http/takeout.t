# An archive of all that the site has of a member: asked for, made by a job, downloaded by them alone.

as nobody
GET /account/export
status 303
head Location: /login?next=%2Faccount%2Fexport
GET /account/export/AAAAAAAAAAAAAAAAAAAAAA.zip
status 303

as eve
GET /account/export
status 200
as ann
GET /account/export
status 200
see Make the archive
head Cache-Control: no-store
limit queries 4 arena 65536
GET /account/export/AAAAAAAAAAAAAAAAAAAAAA.zip
status 404
csrf none
POST /account/export
status 403
POST /account/export
status 303
GET /account/export
see It begins within a minute.
not Make the archive
POST /account/export
status 303
db SELECT COUNT(*), MAX(state) FROM takeout -> 1,waiting
db SELECT COUNT(*) FROM notice -> 0
job takeout
see made=1
db SELECT state, percent, attempts FROM takeout -> ready,100,1
db SELECT kind, link FROM notice -> export_ready,/account/export
let FILE = db SELECT file FROM takeout
GET /account/export
see Your archive is ready
see /account/export/$FILE.zip
GET /account/export/$FILE.zip
status 200
head Content-Type: application/zip
head Cache-Control: no-store
head Content-Disposition: attachment; filename="my-data.zip"
accept application/json
GET /account/export
json state = "ready"
json may_ask = true

# Nobody else's.
as eve
GET /account/export/$FILE.zip
status 404

# A stolen login takes nothing along, and asks for nothing.
as ann
clock +11m
GET /account/export/$FILE.zip
status 303
head Location: /login/again
POST /account/export
status 303
head Location: /login/again
POST /login/again password=the secret of ann
status 303
GET /account/export/$FILE.zip
status 200

# A new one takes the place of the one before; two a day.
as ann
POST /account/export
status 303
GET /account/export/$FILE.zip
status 404
job takeout
POST /account/export
status 429
see An archive can be made twice a day.
see Your archive is ready

# After seven days it is gone.
clock +8d
as ann@later
GET /account/export
status 200
see Make the archive
not Your archive is ready
job takeout
see dropped=2
db SELECT COUNT(*) FROM takeout -> 0
POST /account/export
status 303

# Own videos are signed when they are asked for.
clock +0s
as cleo
GET /account
status 200
video AAAAAAAAAA1 by cleo
GET /account/export/video/AAAAAAAAAA1/720p.mp4
status 303
head Location: /media/
as eve
GET /account/export/video/AAAAAAAAAA1/720p.mp4
status 404
as nobody
GET /account/export/video/AAAAAAAAAA1/720p.mp4
status 303
head Location: /login

# Members who are banned or about to leave may take their data along, too.
as ben
GET /account/export
status 200
set member ben blocked=1
GET /account/export
status 200
POST /account/export
status 303
