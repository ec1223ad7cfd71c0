/*
 * simulate: computes what each of the two rules of lib/app/money/divide.h would pay for a closed
 * month, for an operator who considers switching. Both divide the units settled in it and the idle
 * money with which it was closed; each unit keeps its own terms except the rule. Months do not
 * affect each other.
 *
 * Reads      user (tally.h), and the tables of month_units.h.
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
    int64_t user_idle_minor, scaled_idle_minor; /* what is left over and carried over */
    int64_t moved_minor; /* what scaled would pay to different creators than user does */
};
MUST_USE enum rc simulate_month(struct db *db, struct arena *a, const struct month *m,
                                struct simulation *out);
#endif
