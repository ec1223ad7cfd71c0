# The journal of moderators and operators: who sees it, its filters, its pages; nothing in it changes.

as nobody
GET /admin/journal
status 303

as cleo
GET /admin/journal
status 404

as mona
set member mona role=1 name=Mona
GET /admin/journal
status 200
see Nothing has been done yet.
see href="/admin/journal" aria-current="page"

video AAAAAAAAAA1 by cleo
sql INSERT INTO moderation_log (at_ms, by_id, by_shell, what, about, why)
    SELECT 1795363200000, id, '', 'Hidden <b>', 'video:AAAAAAAAAA1', 'It <i>harms</i>.' FROM user WHERE handle = 'mona'
sql INSERT INTO moderation_log (at_ms, by_id, by_shell, what, about, why)
    SELECT 1795363200001, NULL, 'root', 'Warned', CONCAT('member:', id), '' FROM user WHERE handle = 'cleo'
sql INSERT INTO moderation_log (at_ms, by_id, by_shell, what, about, why)
    SELECT 1795363200002, NULL, 'job:decide', 'Ended', 'case:7', 'Time' FROM user WHERE handle = 'cleo'

as mona
GET /admin/journal
status 200
limit queries 2
see Hidden &lt;b&gt;
see It &lt;i&gt;harms&lt;/i&gt;.
see <a href="/admin/video/AAAAAAAAAA1">
see <a href="/admin/member/cleo"><bdi>@cleo</bdi></a>
see <a href="/admin/reports/7">
see shell of root
not Older entries

as mona
GET /admin/journal?by=mona
see Hidden
not Warned
GET /admin/journal?about=@cleo
see Warned
not Hidden
GET /admin/journal?about=video:AAAAAAAAAA1&by=@mona
see Hidden
not Warned
GET /admin/journal?about=case:8
see Nothing of this kind has been done.
GET /admin/journal?by=nobody-here
status 400
see Nobody has this handle.
GET /admin/journal?about=<script>
status 400
see Type it as it is in the list
not <script>"

as-token mona
accept application/json
GET /admin/journal
json entries.0.about = case:7
json entries.2.by = mona
json entries.2.why = "It <i>harms</i>."
json older_url = null

# --- Pages: by number, not by counting rows.
sql INSERT INTO moderation_log (at_ms, by_shell, what, about, why)
    WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 60)
    SELECT n, '', CONCAT('Number ', n, '.'), 'x:1', '' FROM t
as mona
GET /admin/journal
see Number 60.
see Number 11.
not Number 10.
see Older entries
let last = db SELECT id FROM moderation_log WHERE what = 'Number 11.'
GET /admin/journal?by=&about=&before=$last
see Number 10.
see Warned
not Older entries

# --- The same by the command line.
as mona
job admin journal --about @cleo
exit 0
see Warned
see 1 entries
