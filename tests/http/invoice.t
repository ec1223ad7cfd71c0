# Whom receipts are made out to: the form, what is wrong with what was typed, and what becomes of it.

as nobody
GET /account/invoice
status 303

as ann
GET /account/invoice
status 200
see Whom receipts are made out to
see <option value="DE">Germany</option>

# Nothing typed is lost.
as ann
POST /account/invoice name=Example AG&street=Rue 2&postcode=75001&city=&country=FR&vat_id=FR12345678901
status 400
see Please give the city, or leave all fields empty.
see value="Example AG"
see value="Rue 2"
see value="FR12345678901"
see <option value="FR" selected>France</option>
db SELECT COUNT(*) FROM invoice_address -> 0
POST /account/invoice name=A&street=B&postcode=&city=C&country=XX&vat_id=
status 400
see Please choose the country from the list.
POST /account/invoice name=A&street=B&postcode=&city=C&country=GR&vat_id=GR123456789
status 400
see This is not a VAT number of Greece.
POST /account/invoice name=A&street=B&postcode=&city=C&country=DE&vat_id=DE12345678
status 400
see This is not a VAT number of Germany.
accept application/json
POST /account/invoice name=A&street=&postcode=&city=C&country=DE&vat_id=
status 400
json error.field = "street"

as ann
POST /account/invoice name=  Example   AG &street=Leof. 2&postcode=105 57&city=Athens&country=GR&vat_id=el 123-456.789
status 303
head Location: /account/invoice?done=invoice
GET /account/invoice?done=invoice
see It is used from your next receipt on.
see value="Example AG"
accept application/json
GET /account/invoice
json vat_id = "EL123456789"
json country = "GR"

# The next receipt has it, the one after forgetting it has not.
as ann
POST /subscribe
let PAGE = head Location: (/pay/test/[A-Za-z0-9_-]{22})$
POST $PAGE choice=pay
accept application/json
GET /account/receipt/1
json buyer.name = "Example AG"
json buyer.postcode = "105 57"
json buyer.vat_id = "EL123456789"
POST /account/invoice name=&street=&postcode=&city=&country=&vat_id=
status 303
db SELECT COUNT(*) FROM invoice_address -> 0
accept text/html
GET /account/receipt/1
see Example AG
see Athens
see Greece

# The test site names no seller's country: no electronic invoice. The page tells that to operators only.
as ann
GET /account/receipt/1.xml
status 409
see Set seller_country
GET /account/receipt/1
not seller_country
