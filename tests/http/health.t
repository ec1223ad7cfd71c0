# Is the node fit to serve, and what do its jobs do?

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

job sweep
GET /metrics
status 200
head Content-Type: text/plain
see ovs_database_up 1
see ovs_job_ok{job="sweep"} 1
