# Holds of payouts from the command line: acts, with a row each.

as cleo
GET /account
job payout hold cleo --reason "Please call us."
see on hold
job payout hold cleo --reason "again"
exit 1
see already on hold
job payout hold ghost --reason "again"
exit 1
see Nobody has the handle
job payout holds
see Please call us.
job payout lift cleo --as cleo
exit 1
see is not an operator's account
job payout lift cleo
see Paid again
job payout lift cleo
exit 1
see not on hold
db SELECT COUNT(*) FROM act -> 2
