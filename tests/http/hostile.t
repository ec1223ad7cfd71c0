# Requests that must not break any handler: each gets a clear answer, and nothing is written.

# Bodies: too long, of a type that is not accepted, broken, not UTF-8, with a zero byte.
as nora
body application/x-www-form-urlencoded zeros 100000
POST /subscribe
status 413
see At most 1024 bytes are accepted here. This form had

as nora
body text/plain
    choice=pay
POST /subscribe
status 415

as nora
raw multipart/form-data; boundary=xx
    --xx\r\nContent-Disposition: form-data; name="title"\r\n\r\nno end
POST /upload
status 400
see arrived damaged or incomplete

as nora
raw multipart/form-data
    no boundary
POST /upload
status 400

as nora
raw multipart/form-data; boundary=xx
    --xx\r\nContent-Type: text/plain\r\n\r\nno name\r\n--xx--\r\n
POST /upload
status 400

as nora
raw application/x-www-form-urlencoded
    title=%ff%fe
POST /upload
status 400
see must be UTF-8

as nora
raw application/x-www-form-urlencoded
    title=%00
POST /upload
status 400

as nora
raw application/x-www-form-urlencoded
    title=%4
POST /upload
status 400

as nora
accept application/json
body application/json
    {"video": {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}}
POST /api/play
status 400
json error.code = invalid

as nora
accept application/json
body application/json
    [1, 2
POST /api/play
status 400

as nora
accept application/json
body application/json
    {"video": "\u0000"}
POST /api/play
status 400

# Queries: bad escapes and bad UTF-8; values that are not numbers count as the first page.
GET /search?q=%ff
status 400

# lighttpd repairs a lone percent sign, so only a CGI program receives it.
only cgi
GET /search?q=%
status 400

GET /browse?page=-1
status 200

GET /browse?page=99999999999999999999
status 200

# Another site's form, recognised by the browser's own header and by the origin.
as nora
header Sec-Fetch-Site: cross-site
POST /subscribe
status 403
see sent from another site

as nora
header Origin: https://evil.example
POST /subscribe
status 403

as nora
header Sec-Fetch-Site: same-origin
POST /subscribe
status 303

# Tokens: nonsense, joined, too long.
accept application/json
header Authorization: Bearer nonsense
GET /subscribe
status 401
json error.code = sign-in

accept application/json
header Authorization: Bearer a.b.c, Bearer d.e.f
GET /subscribe
status 401

# Cookies that belong to nobody: the page is a visitor's, and the cookies are removed.
header Cookie: at=nonsense; rt=nonsense
GET /subscribe
status 200
see One subscription, every video
head Set-Cookie: Max-Age=0
