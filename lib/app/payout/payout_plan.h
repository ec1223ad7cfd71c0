/*
 * payout_plan: for the files of payout.h only; the plan itself is in payout.h.
 */
#ifndef PAYOUT_PAYOUT_PLAN_H
#define PAYOUT_PAYOUT_PLAN_H
#include "app/payout/payout_driver.h"

/* A creator as they are now, with at most most_minor of what is payable. */
MUST_USE enum rc payout_candidate_get(struct db *db, struct arena *a, int64_t user_id,
                                      int64_t most_minor, int64_t now_ms,
                                      struct payout_candidate *out);

/* Does the account cover what is on its way? RC_DENIED: it does not. */
MUST_USE enum rc payout_covered(struct db *db, struct arena *a, const struct payout_driver *driver,
                                int64_t available_minor, struct problem *why);

/* When the run of the month of now_ms begins. */
int64_t payout_begins_ms(int64_t now_ms);
#endif
