# Can the node serve, and what do its jobs do?

GET /health
status 200
see <p>ok</p>
head Content-Security-Policy: default-src 'none'
head X-Content-Type-Options: nosniff
not Set-Cookie

accept application/json
GET /health
status 200
json status = ok
json database = true
json cache = true

HEAD /health
status 200
not <p>

POST /health
status 405
head Allow: GET

# Only for who has the token.
GET /metrics
status 404
not ovs_
let TOKEN = secret metrics

header Authorization: Bearer $TOKEN.
GET /metrics
status 404

header Authorization: Basic $TOKEN
GET /metrics
status 404

header Authorization: Bearer 0000000000000000000000000000000000000000000000000000000000000000
GET /metrics
status 404

header Authorization: Bearer
GET /metrics
status 404

as mona
GET /metrics
status 404

job sweep
header Authorization: Bearer $TOKEN
GET /metrics
status 200
head Content-Type: text/plain
see ovs_database_up 1
see ovs_job_ok{job="sweep"} 1
not ovs_ledger_audit

# What the audit found, and where the money is.
job ledger_audit
header Authorization: Bearer $TOKEN
GET /metrics
see ovs_ledger_audit_findings 0
see ovs_ledger_audit_age_seconds 0
not ovs_ledger_balance_minor
let DIGEST = db SELECT SHA2('a\n\n\n\n\n0\nXTS\nasset:psp liab:vat 167 0\n', 256)
booked a kind="" at=0 digest=$DIGEST
    asset:psp liab:vat 167
job ledger_audit --full
GET /metrics
see ovs_ledger_audit_findings 0
see ovs_ledger_balance_minor{account="asset:psp",currency="XTS"} 167
see ovs_ledger_balance_minor{account="liab:vat",currency="XTS"} 167
