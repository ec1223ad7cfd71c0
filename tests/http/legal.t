# What a site says about itself. Without settings the pages say so; security.txt is not there.

as nobody
GET /imprint
status 200
see has not filled in this page yet
not Edit</a>
GET /contact
status 200
see has not said yet how to reach them
GET /privacy
status 200
see Pages of this site load nothing from other sites
limit queries 1
GET /rules
status 200
see What is not allowed
GET /.well-known/security.txt
status 404
GET /imprint/more
status 404
GET /
see href="/privacy"
see href="/imprint"

# They fill from the settings, and from what an operator writes.
only cgi
as mary
set member mary role=2
clock 2030-01-10T12:00Z
as mary@one
POST /admin/settings/seller_name do=save&value=Films <Ltd>&reason=new
status 303
POST /admin/settings/seller_address do=save&value=1 Long Road, Town, 12345&reason=new
status 303
POST /admin/settings/contact_email do=save&value=hello@example.org&reason=new
status 303
POST /admin/settings/imprint do=save&value=Supervised by nobody.&reason=new
status 303
POST /admin/settings/rules do=save&value=No cats.&reason=new
status 303
GET /imprint
see Edit</a>
as nobody
GET /imprint
see <strong>Films &lt;Ltd&gt;</strong><br>1 Long Road<br>Town<br>12345
see <a href="mailto:hello%40example.org">hello@example.org</a>
see <p>Supervised by nobody.</p>
not has not filled in
GET /rules
see <p>No cats.</p>
GET /privacy
see Responsible: Films &lt;Ltd&gt;, 1 Long Road, Town, 12345.
GET /.well-known/security.txt
status 200
head Content-Type: text/plain; charset=utf-8
see Contact: mailto:hello@example.org
see Expires: 2030-07-09T00:00:00Z
see Canonical: http://127.0.0.1
accept application/json
GET /imprint
json name = imprint
json seller = "Films <Ltd>"
json email = hello@example.org
