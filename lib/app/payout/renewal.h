/*
 * renewal: pays for a creator's own subscription from their earnings.
 *
 * Money      renewal_pay() moves the price from the creator's payable earnings to their member
 *            account, from which payment_book() takes it: a payment of the provider `earnings`.
 * Errors     as in io/db.h. Needs DB_MONEY.
 */
#ifndef PAYOUT_RENEWAL_H
#define PAYOUT_RENEWAL_H
#include "io/db.h"

/* Pay the next month from the member's payable earnings. until_ms is the end of the paid time that
 * the member saw when deciding (0: never paid), so that a second request pays nothing.
 *   RC_DENIED    the earnings do not cover the price, or are on hold
 *   RC_CONFLICT  the paid time has changed since */
MUST_USE enum rc renewal_pay(struct db *db, struct arena *a, int64_t user_id, int64_t until_ms,
                             int64_t now_ms, struct problem *why);

/* Pay the next month of all members who chose it and whose paid time ends within a day, or has
 * ended while grace lasts. */
struct renewed {
    int64_t paid, short_of_money;
};
MUST_USE enum rc renewal_run(struct db *db, struct arena *a, int64_t now_ms, struct renewed *sum);
#endif
