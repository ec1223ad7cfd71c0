/*
 * simulate: what the two rules of lib/app/money/divide.h would make of a closed month, before an operator
 * switches from one to the other. Both divide what was settled in it and the idle money with which it
 * was closed, each unit with its own terms but for the rule; each month is taken for itself.
 *
 * Reads      month_close, user, and what month_units.h reads.
 */
#ifndef MONEY_SIMULATE_H
#define MONEY_SIMULATE_H
#include "app/money/month.h"

struct simulated {
    int64_t creator_id, user_minor, scaled_minor;
    const char *handle;
};
struct simulation {
    struct simulated *items; /* by creator */
    size_t n;
    int64_t user_minor, scaled_minor;           /* to all creators */
    int64_t user_idle_minor, scaled_idle_minor; /* what is left and carried on */
    int64_t moved_minor; /* what other creators would get under scaled than under user */
};
MUST_USE enum rc simulate_month(struct db *db, struct arena *a, const struct month *m,
                                struct simulation *out);
#endif
