# Passwords that the command line made up, and the number of logins a member may have.

job admin user add olga@example.org olga
see It lapses after 7 days unless it is changed at /account/password.
let FIRST = body password: (\S+)
job admin user add omar@example.org omar --password "chosen by omar"
not lapses
db SELECT COUNT(*) FROM credential WHERE lapses_ms > 0 -> 1

POST /login name=olga&password=$FIRST&next=/studio
status 303
head Location: /account/password?done=made-up
GET /account/password?done=made-up
status 200
see made up by the site&#39;s operator

as nobody@program
accept application/json
header Cookie:
body application/json
    {"name": "olga", "password": "$FIRST"}
POST /login
status 200

# Seven days later it is void; a wrong one is only wrong.
clock +7d
as nobody@later
POST /login name=olga&password=$FIRST
status 410
see has lapsed
POST /login name=olga&password=not$FIRST
status 400
POST /login name=omar&password=chosen by omar&next=/studio
status 303
head Location: /studio

# A new one that she changes stays.
job admin user password olga
let SECOND = body password: (\S+)
as nobody@again
POST /login name=olga&password=$SECOND
status 303
POST /account/password present=$SECOND&password=chosen by olga
status 303
db SELECT lapses_ms FROM credential c JOIN user u ON u.id = c.user_id WHERE u.handle = 'olga' -> 0
clock +40d
as nobody@much-later
POST /login name=olga&password=chosen by olga&next=/studio
status 303
head Location: /studio

# The login that was not used for longest ends when there is one too many.
member petra
sql INSERT INTO credential (user_id, password_hash, changed_ms)
    SELECT p.id, c.password_hash, 0 FROM user p, user o JOIN credential c ON c.user_id = o.id
    WHERE p.handle = 'petra' AND o.handle = 'omar'
sql INSERT INTO session (user_id, refresh_hash, rotated_ms, created_ms, used_ms, expires_ms)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    SELECT u.id, SHA2(CONCAT('old', i), 256), 0, 0, i, 4000000000000 FROM n, user u WHERE u.handle = 'petra'
clock +0s
as nobody@petra
POST /login name=petra&password=chosen by omar
status 303
db SELECT COUNT(*) FROM session s JOIN user u ON u.id = s.user_id WHERE u.handle = 'petra' AND revoked_ms = 0 -> 50
db SELECT used_ms FROM session s JOIN user u ON u.id = s.user_id WHERE u.handle = 'petra' AND revoked_ms > 0 -> 1
