# Bank statements for operators: a file is looked at, then booked, once; what waits is explained.

clock 2031-10-10T12:00Z
as mona
GET /admin/bank
status 404
POST /admin/bank do=preview
status 404
set member mona role=1
GET /admin/bank
status 404
set member mona role=2
GET /admin/money
see href="/admin/bank"
as nobody
GET /admin/bank
status 303

# Empty.
as mona
GET /admin/bank
status 200
see No statement has named a balance yet
see Everything that came in is booked.
see Everything that went out is explained.
see No line has come yet.
see camt.053, MT940 or CSV

# No file, none that is a statement, no such description of columns.
as mona
POST /admin/bank do=preview
status 400
see Choose a file from your bank.
file file tests/data/avatar.png
POST /admin/bank do=preview
status 400
see it is not text
file file tests/data/library.tsv
POST /admin/bank do=preview
status 400
see No format is known whose columns these are
file file tests/data/bank_page.csv
POST /admin/bank do=preview&columns=date=a nonsense
status 400
see not understood at
POST /admin/bank do=book&id=1
status 409
see choose it again
POST /admin/bank do=nothing
status 400
csrf none
POST /admin/bank do=book&id=1
status 403

# A preview does nothing.
as mona
file file tests/data/bank_page.csv
POST /admin/bank do=preview
status 200
see What booking this file would do
see 0 booked, 2 unmatched, 0 seen before, 0 parts, 0 other, 0 announced, 2 not readable
see &lt;b&gt;paper&lt;/b&gt;
see has no amount that can be read for certain
see is in another currency, EUR; nothing is booked
let id = body name="id" value="(\d+)"
db SELECT COUNT(*) FROM bank_line -> 0
db SELECT COUNT(*) FROM bank_file -> 1

# Another operator has other files.
as omar
set member omar role=2
POST /admin/bank do=book&id=$id
status 409

# Booked, once.
as mona
POST /admin/bank do=book&id=$id
status 200
see <h2>Booked</h2>
see New: 5.00 XTS came in, 2.00 XTS went out
see At the end of 8 Oct 2031 the bank and the books agree on 3.00 XTS
db SELECT COUNT(*) FROM bank_line -> 2
db SELECT COUNT(*) FROM bank_file -> 0
POST /admin/bank do=book&id=$id
status 409
file file tests/data/bank_page.csv
POST /admin/bank do=preview
see 0 booked, 0 unmatched, 2 seen before

# For programs.
as mona
accept application/json
GET /admin/bank
json balance.difference_minor = 0
json came.0.amount_minor = 500
json came.0.state = unmatched
json went.0.amount_minor = -200
json went.0.text = "<b>paper</b>"
json recent.1.source = "our own columns"
json file = null

# What was it?
as mona
accept text/html
let paper = db SELECT id FROM bank_line WHERE amount_minor = -200
GET /admin/bank
see /admin/acts/new/bank-explain?line=$paper
GET /admin/acts/new/bank-explain?line=$paper
see value="$paper"
POST /admin/acts/new/bank-explain do=confirm&line=$paper&what=owner&reason=cash
status 303
db SELECT state, meaning FROM bank_line WHERE amount_minor = -200 -> explained,owner
GET /admin/bank
see Everything that went out is explained.
not Everything that came in is booked.
