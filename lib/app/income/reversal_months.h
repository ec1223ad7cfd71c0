/*
 * reversal_months: how much of each month of a payment a reversal takes. Pure.
 *
 *   from_end   from the last month backwards; a month that is given back in full ends
 *   keep       from each month in proportion to what is left of it, and of none all
 *   until      access by the payment ends at a moment: the months after it are given back in full,
 *              the month in which it lies is cut, and what is left of the amount is taken from that
 */
#ifndef INCOME_REVERSAL_MONTHS_H
#define INCOME_REVERSAL_MONTHS_H
#include "app/income/reversal.h"
#include "app/money/unit.h"

/* Set minor[i] for each unit of the payment, in their order. RC_INVALID: it cannot be done; *why
 * (may be NULL) says why not. */
MUST_USE enum rc reversal_months(struct arena *a, const struct unit_list *units,
                                 const struct reversal *r, int64_t now_ms, int64_t *minor,
                                 struct problem *why);

/* Is this the month that a reversal with REFUND_UNTIL cuts? */
bool reversal_cuts(const struct reversal *r, const struct unit *u);
#endif
