site mail=smtp mail_from=site@videos.example signups_per_day=100 logins_per_15min=1000

# The list of log-ins, and the mail about one from elsewhere.

clock 2031-05-01T12:30Z
job admin user add ann@example.org ann --password "correct horse battery"

# Not at the first log-in of all; not again with the same device; with another one, once.
as nobody@first
header User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
POST /login name=ann&password=correct horse battery
status 303
as nobody@second
POST /login name=ann&password=correct horse battery
status 303
db SELECT COUNT(*) FROM mail -> 0

as nobody@phone
header User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1
POST /login name=ann&password=correct horse battery
status 303
db SELECT kind, address, link, fields LIKE '%Safari on iPhone%', fields LIKE '%127.0.0.0/24%' FROM mail -> new_login,,/account/sessions,1,1
db SELECT kind, link FROM notice -> new_login,/account/sessions
as nobody@phone2
POST /login name=ann&password=correct horse battery
status 303
# A fresh proof is no log-in.
as nobody@phone
POST /login/again password=correct horse battery
status 303
db SELECT COUNT(*) FROM mail -> 1
# A wrong password tells nothing.
as nobody@cold
header User-Agent: curl/8
POST /login name=ann&password=wrong horse battery
status 400
db SELECT COUNT(*) FROM login_seen -> 2

# After 90 days without it, it is told again.
clock 2031-08-01T12:30Z
as nobody@later
header User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
POST /login name=ann&password=correct horse battery
status 303
db SELECT COUNT(*) FROM mail -> 2
GET /account/sessions
see Firefox on Linux
see This one
see 127.0.0.0/24

# A program or a browser says who it is; nothing of that is taken as it is.
as nobody@evil
header User-Agent: <script>alert(1)</script>
POST /login name=ann&password=correct horse battery
status 303
GET /account/sessions
see A program
not <script>alert(1)

# Old marks go with the sweep.
clock 2032-10-01T12:30Z
job sweep
db SELECT COUNT(*) FROM login_seen -> 0

# All are shown, twenty a page, and ended one by one or all at once.
clock 2033-01-01T12:30Z
sql INSERT INTO session (user_id, refresh_hash, rotated_ms, created_ms, used_ms, expires_ms, agent, network)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 49)
    SELECT u.id, SHA2(n.i, 256), 1, 1, 1000 + n.i, 9999999999999, 'curl', CONCAT('10.0.', n.i, '.0/24') FROM user u, n
as nobody@now
POST /login name=ann&password=correct horse battery
status 303
GET /account/sessions
see This one
see 10.0.49.0/24
see 10.0.31.0/24
not 10.0.30.0/24
see href="/account/sessions?before=1031&amp;id=
let ID = body name="id" value="(\d+)"
GET /account/sessions?before=1031&id=999999999
see 10.0.31.0/24
see 10.0.12.0/24
GET /account/sessions?before=1011&id=1
see 10.0.1.0/24
not Older ones
POST /account/sessions id=$ID
status 303
db SELECT COUNT(*) FROM session WHERE revoked_ms = 0 -> 49
POST /account/sessions all=1
status 303
head Clear-Site-Data: "cache"
db SELECT COUNT(*) FROM session WHERE revoked_ms = 0 -> 0
