# Operators' acts: what is booked by hand, with preview, reason and journal.

clock 2031-10-10T12:00Z
as mona
GET /admin/acts
status 404
GET /admin/acts/new/posting
status 404
POST /admin/acts/new/posting do=confirm
status 404
set member mona role=1
GET /admin/acts
status 404
set member mona role=2
GET /admin/money
see href="/admin/acts"

as nobody
GET /admin/acts
status 303

as mona
GET /admin/acts
status 200
see Nothing has been done yet.
see /admin/acts/new/posting
GET /admin/acts?state=waiting
see Nothing waits for approval.
GET /admin/acts/1
status 404
GET /admin/acts/new/nonsense
status 404
POST /admin/acts do=preview
status 405

# --- Booked by hand. A link can fill the form.
as mona
GET /admin/acts/new/posting?amount=5.00&accounts=exp:fees_lost%20asset:bank
status 200
see value="5.00"
see <option value="exp:fees_lost asset:bank" selected>

# Wrong inputs: what was typed stays.
as mona
POST /admin/acts/new/posting do=preview&accounts=liab:deferred asset:bank&amount=5&reason=typed "reason"
status 400
see is none of the choices
see value="typed &quot;reason&quot;"
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=-5&reason=fee
status 400
see Please give an amount of XTS, such as 9.99.
see value="-5"
see id="f-amount-error"
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5
status 400
see Please give a reason
see id="reason-error"
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=10.10.2031
status 400
see Please give a date like 2026-11-22.
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=2031-10-11
status 409
see is in the future
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=2031-08-31
status 409
see id="f-date-error"
see The books are closed up to that day
see value="2031-08-31"
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&creator=mona
status 400
see Neither of these accounts belongs to a creator.
POST /admin/acts/new/posting do=preview&accounts=exp:writeoff liab:creator:payable&amount=5&reason=gift
status 400
see Whose account is it?
POST /admin/acts/new/posting do=preview&accounts=exp:writeoff liab:creator:payable&amount=5&reason=gift&creator=ghost
status 400
see Nobody has the handle
POST /admin/acts/new/posting do=nonsense
status 400
db SELECT COUNT(*) FROM act -> 0
db SELECT COUNT(*) FROM ledger_tx -> 0

as mona
csrf none
POST /admin/acts/new/posting do=confirm&accounts=exp:fees_lost asset:bank&amount=5&reason=fee
status 403

# The preview posts nothing.
as mona
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=The bank's fee&date=2031-09-30&once=first
status 200
see This is what will happen
see Book 5.00 XTS: debit exp:fees_lost, credit asset:bank, on 30 Sep 2031.
see 0.00 XTS now, then 5.00 XTS
see 0.00 XTS now, then -5.00 XTS
see What will be booked
db SELECT COUNT(*) FROM act -> 0
db SELECT COUNT(*) FROM ledger_tx -> 0
let SEEN = body name="seen" value="([0-9a-f]{16})"
POST /admin/acts/new/posting do=edit&accounts=exp:fees_lost asset:bank&amount=5&reason=The bank's fee&date=2031-09-30
see value="2031-09-30"
see value="The bank&#39;s fee"

# Confirmed once, however often the button is pressed.
as mona
POST /admin/acts/new/posting do=confirm&accounts=exp:fees_lost asset:bank&amount=5&reason=The bank's fee&date=2031-09-30&once=first&seen=$SEEN
status 303
let ACT = head Location: /admin/acts/(\d+)
POST /admin/acts/new/posting do=confirm&accounts=exp:fees_lost asset:bank&amount=5&reason=The bank's fee&date=2031-09-30&once=first&seen=$SEEN
status 303
head Location: /admin/acts/$ACT
db SELECT ikey, kind, ref_type, ref_id, FROM_UNIXTIME(effective_ms / 1000, '%Y-%m-%d') FROM ledger_tx -> manual:$ACT,manual,act,$ACT,2031-09-30
db SELECT state, posting, result FROM act -> done,manual:$ACT,Booked as manual:$ACT.
GET /admin/acts/$ACT
see Book 5.00 XTS
see The bank&#39;s fee
see mona, 10 Oct 2031
see Take it back
GET /admin/acts
see Book 5.00 XTS
GET /admin/acts?state=ended&member=mona
not Book 5.00 XTS
accept application/json
GET /admin/acts
json acts.0.state = done
json acts.0.asked_by = mona
json acts.0.reason = "The bank's fee"
json acts.0.posting = "manual:$ACT"
json older_url = null

# The same key for something else; a preview that has changed meanwhile.
as mona
POST /admin/acts/new/posting do=confirm&accounts=exp:fees_lost asset:bank&amount=6&reason=fee&once=first
status 409
see was asked for before
POST /admin/acts/new/posting do=confirm&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=2031-09-30&seen=$SEEN
status 409
see has changed since you looked
see value="2031-09-30"
db SELECT COUNT(*) FROM act -> 1

# Taken back, once.
as mona
POST /admin/acts/new/posting-reversal do=preview&act=999&reason=typo
status 400
see There is no act 999.
POST /admin/acts/new/posting-reversal do=preview&act=$ACT&reason=typo&date=2031-08-01
status 409
POST /admin/acts/new/posting-reversal do=preview&act=$ACT&reason=typo
see Was booked
see 5.00 XTS now, then 0.00 XTS
POST /admin/acts/new/posting-reversal do=confirm&act=$ACT&reason=typo
status 303
let BACK = head Location: /admin/acts/(\d+)
POST /admin/acts/new/posting-reversal do=confirm&act=$ACT&reason=typo
status 303
head Location: /admin/acts/$BACK
POST /admin/acts/new/posting-reversal do=confirm&act=$ACT&reason=typo&date=2031-10-01
status 409
db SELECT t.ikey, r.ikey FROM ledger_tx t JOIN ledger_tx r ON r.id = t.reverses -> manual:$ACT:reversed,manual:$ACT
POST /admin/acts/new/posting-reversal do=confirm&act=$BACK&reason=typo
status 400
see is not something booked by hand

# A creator's payable money: never below zero.
as cleo
GET /account
as mona
POST /admin/acts/new/posting do=confirm&accounts=exp:writeoff liab:creator:payable&creator=cleo&amount=2.50&reason=A prize
status 303
POST /admin/acts/new/posting do=preview&accounts=liab:creator:payable exp:writeoff&creator=cleo&amount=2.51&reason=back
status 409
see The creator has less than that.
see value="2.51"
POST /admin/acts/new/posting do=confirm&accounts=liab:creator:payable exp:writeoff&creator=cleo&amount=2.50&reason=back
status 303
GET /admin/acts?member=cleo
see debit exp:writeoff
see Only those about
job ledger_audit
see findings=0

# The command line.
job admin books pairs
see exp:fees_lost asset:bank
job admin books post exp:fees_lost asset:bank 3.00
exit 1
see Please give a reason
job admin books post liab:deferred asset:bank 3.00 --reason x
exit 1
see is none of the choices
job admin books post exp:fees_lost asset:bank 3.00 --reason "A fee" --preview
see Book 3.00 XTS
see Nothing was done.
db SELECT COUNT(*) FROM act WHERE reason = 'A fee' -> 0
job admin books post exp:fees_lost asset:bank 3.00 --reason "A fee" --ref sept
see Booked as manual:
job admin books post exp:fees_lost asset:bank 3.00 --reason "A fee" --ref sept
see Booked as manual:
db SELECT COUNT(*), MAX(asked_by IS NULL), MIN(asked_shell <> '') FROM act WHERE reason = 'A fee' -> 1,1,1
job admin books post exp:fees_lost asset:bank 3.00 --reason "A fee" --as cleo
exit 1
see cleo is not an operator's account.
job admin books post exp:fees_lost asset:bank 3.50 --reason "Another fee" --as mona
db SELECT u.handle FROM act a JOIN user u ON u.id = a.asked_by WHERE a.reason = 'Another fee' -> mona
let LAST = db SELECT MAX(id) FROM act
job admin act list
see mona (shell of
see Book 3.50 XTS
job admin act show $LAST
see reason: Another fee
job admin act list --state nonsense
exit 1
job admin act show 999
exit 1
see There is no act 999.
job admin books reverse $LAST --reason "wrong month"
see Booked as manual:$LAST:reversed.
job ledger_audit
see findings=0

# --- Months are locked and opened again.
as mona
POST /admin/acts/new/books-lock do=preview&month=2031-9&reason=done
status 400
see A month is written like 2026-11.
POST /admin/acts/new/books-lock do=preview&month=2031-10&reason=done
status 409
see once it is over
POST /admin/acts/new/books-lock do=preview&month=2031-09&reason=done
see the books take dates from 1 Sep 2031 on
see the books take dates from 1 Oct 2031 on
POST /admin/acts/new/books-lock do=confirm&month=2031-09&reason=done
status 303
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=2031-09-30
status 409
see is before 1 Oct 2031
job admin books post exp:fees_lost asset:bank 3.00 --reason "late" --date 2031-09-30
exit 1
see is before 1 Oct 2031
as mona
POST /admin/acts/new/books-unlock do=confirm&reason=One is missing
status 303
POST /admin/acts/new/posting do=preview&accounts=exp:fees_lost asset:bank&amount=5&reason=fee&date=2031-09-30
status 200
POST /admin/acts/new/books-unlock do=preview&reason=Again
status 409
job admin books lock 2031-09 --reason "All is in" --as mona
see Everything up to the end of September 2031 is locked
job admin books lock 2031-09 --reason "All is in"
exit 1
see locked already
job admin books locks
see mona
job admin books unlock
exit 1
see Please give a reason
job admin books unlock --reason "not yet"
see Open again: the books take dates from 1 Sep 2031 on.
db SELECT COUNT(*) FROM act WHERE kind LIKE 'books%' AND state = 'done' -> 4

# --- An audit now.
as mona
GET /admin/money
see href="/admin/acts/new/audit"
POST /admin/acts/new/audit do=preview&all=full
see Audit the books now.
POST /admin/acts/new/audit do=confirm&all=full
status 303
db SELECT state, result FROM act WHERE kind = 'audit' -> done,Findings: 0.
