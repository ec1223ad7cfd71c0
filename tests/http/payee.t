# Where a creator is paid: the account, what is refused and stored, waiting times, holds and
# appeals, and what was paid. How payouts are made: tests/payout.test.mjs.

as nobody
GET /studio/payee
status 303
head Location: /login?next=%2Fstudio%2Fpayee

as nobody
POST /studio/payee do=account&holder=A&iban=DE89370400440532013000&vat_id=
status 401

as cora
GET /studio/payee
status 200
see <h2>Payable now</h2>
see 0.00 XTS
see to creators with 10.00 XTS or more
see Nothing yet
see You joined only recently
not Pay me the rest
not leave this empty to keep it
limit queries 8 arena 65536

as cora
accept application/json
GET /studio/payee
status 200
json account.state = ""
json payable_minor = 0
json threshold_minor = 1000
json payouts = []

as cora
csrf none
POST /studio/payee do=account&holder=Cora&iban=DE89370400440532013000&vat_id=
status 403

# Refused: the form keeps everything as it was typed.
as cora
POST /studio/payee do=account&holder=Cora Example&iban=DE89 3704 0044 0532 0130 01&vat_id=ATU12345678
status 400
see This is not an IBAN
see value="Cora Example"
see value="DE89 3704 0044 0532 0130 01"
see value="ATU12345678"
see aria-invalid="true"

as cora
POST /studio/payee do=account&holder=Cora&iban=&vat_id=
status 400
see give the account&#39;s IBAN

as cora
POST /studio/payee do=account&holder=&iban=DE89370400440532013000&vat_id=
status 400
see name on the account

as cora
POST /studio/payee do=account&holder="><script>&iban=DE89370400440532013001&vat_id=<b>
status 400
see value="&quot;&gt;&lt;script&gt;"
not <script>&

as cora
POST /studio/payee do=nonsense
status 400

as cora
POST /studio/payee do=rest
status 409
see give your bank account first

as cora
POST /studio/payee do=account&holder=😀&iban=DE89370400440532013000&vat_id=
status 400
see A bank would not see any letter of this name

db SELECT COUNT(*) FROM payee -> 0

# Without a fresh proof nothing changes: a stolen login cannot give one.
clock +11m
as cora
GET /studio/payee
status 200
POST /studio/payee do=account&holder=Cora&iban=DE89370400440532013000&vat_id=
status 401
see Is it you?
see name="kept"
as cora
accept application/json
POST /studio/payee do=account&holder=Cora&iban=DE89370400440532013000&vat_id=
status 401
json error.code = "fresh-needed"
as-token cora
POST /studio/payee do=account&holder=Cora&iban=DE89370400440532013000&vat_id=
status 401
db SELECT COUNT(*) FROM payee -> 0
db SELECT COUNT(*) FROM payee_change -> 0

clock +0s
as cora
POST /studio/payee do=stop
status 409
see was not changed lately

# Stored: only the last four characters are ever shown again.
as cora
POST /studio/payee do=account&holder= Cora   Example &iban=de89 3704 0044 0532 0130 00&vat_id=atu 12345678
status 303
head Location: /studio/payee?done=account

as cora
GET /studio/payee?done=account
status 200
see Your bank account has been saved.
see ending in <strong>3000</strong>
see value="Cora Example"
see value="ATU12345678"
see The bank reads <strong>Cora Example</strong>
not 0532
not 0532013
see Your payout account was changed
see first account,
db SELECT old_end, new_end FROM payee_change -> ,3000

db SELECT state, provider, holder, iban_end, LENGTH(fingerprint) FROM payee -> active,test,Cora Example,3000,64
db SELECT COUNT(*) FROM payee WHERE iban_sealed LIKE '%0532%' OR LENGTH(iban_sealed) < 80 -> 0

as cora
POST /studio/payee do=account&holder=Cora E.&iban=&vat_id=
status 303
db SELECT holder, iban_end, vat_id FROM payee -> Cora E.,3000,

as cora
POST /studio/payee do=account&holder=Ștefan Țepeș&iban=&vat_id=
status 303
GET /studio/payee
see value="Ștefan Țepeș"
see The bank reads <strong>Stefan Tepes</strong>
as cora
accept application/json
GET /studio/payee
json account.bank_reads = "Stefan Tepes"
json account.obstacle = ""

# A new member waits for the first payout, then a new account does.
clock +61d
as cora
GET /studio/payee
not You joined only recently
not Your account is new

as cora
POST /studio/payee do=account&holder=Cora E.&iban=AT611904300234573201&vat_id=
status 303

as cora
GET /studio/payee
see Your account is new: nothing is paid to it before
see 3201
see from the account ending in <strong>3000</strong>
db SELECT old_end, new_end FROM payee_change ORDER BY id -> ,3000;3000,3201

# Told where its owner looks first, and nobody else is.
as cora
GET /account
status 200
see Your payout account was changed
see ending in <strong>3201</strong>
as cora
accept application/json
GET /studio/payee
json changes.0.new_end = "3201"
json changes.0.old_end = "3000"
as paul
GET /account
not payout account was changed

# "This was not me": payouts are frozen, every other login ends, this one stays.
as cora@thief
GET /studio/payee
status 200
as cora
csrf none
POST /studio/payee do=stop
status 403
as cora
POST /studio/payee do=stop
status 303
head Location: /studio/payee?done=stop
as cora
GET /studio/payee?done=stop
status 200
see Your payouts are frozen
see You said that somebody else changed your payout account.
as cora@thief
GET /studio/payee
status 303
as cora
POST /studio/payee do=stop
status 303
db SELECT kind, COUNT(*) FROM payout_hold GROUP BY kind -> freeze,1
sql DELETE FROM payout_hold

clock +69d
as cora
GET /studio/payee
not Your account is new

# Money that was returned.
sql UPDATE payee SET state = 'incomplete'
as cora
GET /studio/payee
see Money could not be paid to this account

as cora
POST /login/again password=the secret of cora
status 303
POST /studio/payee do=account&holder=Cora E.&iban=&vat_id=
status 303
head Location: /studio/payee?done=account
db SELECT state FROM payee -> active

# A hold, and the creator's answer to it: once.
as cora
POST /studio/payee do=appeal&appeal=Why?
status 409

held cora reason="85 % of <these> earnings" created=0

as cora
GET /studio/payee
see Your payouts are on hold
see In review
see 85 % of &lt;these&gt; earnings
see name="appeal"

as cora
POST /studio/payee do=appeal&appeal=
status 400
see write your answer

as cora
POST /studio/payee do=appeal&appeal=These are <my> school friends.
status 303
head Location: /studio/payee?done=appeal

as cora
GET /studio/payee
see These are &lt;my&gt; school friends.
not name="appeal"

as cora
POST /studio/payee do=appeal&appeal=And another thing
status 409
db SELECT appeal FROM payout_hold -> These are <my> school friends.

# Below the threshold: a creator who leaves may ask for it, once.
balance liab:creator:cora:payable credits=512

as cora
GET /studio/payee
see 5.12 XTS
see Pay me the rest

as cora
POST /studio/payee do=rest
status 303

as cora
GET /studio/payee
see You asked for the rest
not Pay me the rest

# What was paid, in plain words; nobody sees another creator's payouts.
payout_run 1 month=203001 created=0
payout 4200 to cora state=returned iban_end=3201 note="account closed" created=0 changed=0

as cora
GET /studio/payee
see 42.00 XTS
see came back
see account closed; the money is payable again

as cora
accept application/json
GET /studio/payee
json payouts.0.state = "returned"
json payouts.0.amount_minor = 4200
json hold.kind = "review"
json asked_rest = true

as paul
GET /studio/payee
not 42.00
not on hold

# After a month the change is no longer shown.
clock 2032-05-01T12:01Z
as cora@later
GET /account
not payout account was changed
