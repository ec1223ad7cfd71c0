/*
 * payment_date: a payment that was noted with a wrong day gets the right one.
 *
 * Money      what is booked about the payment is taken back at the old day and booked again at the new
 *            one (ledger_redate): balances stay, the sums and the tax of both periods change.
 * Stays      the receipt, as it was issued; the paid months, their terms and the access. Months that
 *            are settled stay settled: the same money is on the same accounts. The new day cannot be
 *            after the first settlement, though, else money would have been divided before it came.
 * Refunds    the days within which a member may ask for the money back count from the new day.
 * By hand    the line of the bank that stands for what was typed in gets the day, too, so that the
 *            statement's line is recognized. What a statement named has the bank's day and keeps it.
 * Tables     payment, bank_line; reads reversal and unit.
 */
#ifndef INCOME_PAYMENT_DATE_H
#define INCOME_PAYMENT_DATE_H
#include "app/income/payment.h"

/* Can this payment get the day that begins at on_ms? RC_CONFLICT: no, *why says why not. Whether the
 * books take such dates is asked of money/period.h. */
MUST_USE enum rc payment_date_check(struct db *db, struct arena *a, const struct payment *p,
                                    int64_t on_ms, struct problem *why);

/* Give it that day, after payment_date_check in the same transaction. `mark` names the act.
 * RC_CONFLICT: somebody else changed it meanwhile. *posting is a key of what was booked. */
MUST_USE enum rc payment_date_set(struct db *db, struct arena *a, const struct payment *p,
                                  int64_t on_ms, const char *mark, const char **posting,
                                  struct problem *why);
#endif
