/*
 * divide: who gets how much of a paid month. Pure integer arithmetic: no clock, no database, the
 * same result in any order of the input.
 *
 * Units      amounts are minor units of one currency, weights are credited seconds, shares are
 *            basis points (10 000 = all). Products are computed in 128 bits.
 * Rules      `user`: what a member paid is divided among the creators that this member watched, by
 *            time. Money of members who watched nobody (idle) raises everybody's earnings by one
 *            common rate, so far that no subscription brings more than its own net.
 *            `scaled`: one price per second for all, each member's contribution ends at their own
 *            net (ScaledUserProp: Ghosh, Neoh, Teh, Tyrovolas, "Fraud-Proof Revenue Division on
 *            Subscription Platforms", ICML 2025).
 * Both       nothing is lost or made; k invented subscriptions never bring more than they cost;
 *            splitting a channel in two gains nothing but the rounding of a minor unit.
 */
#ifndef MONEY_DIVIDE_H
#define MONEY_DIVIDE_H
#include "base/base.h"

enum { SHARE_ALL_BP = 10000 };

/* What was paid for a unit (one member, one month). All amounts >= 0, tax + fee may exceed what a
 * refund left. */
struct unit_money {
    int64_t gross, tax, fee;
    int64_t refunded; /* of gross, all refunds together; at most gross */
};

struct unit_split {
    int64_t tax_refunded;       /* floor(tax * refunded / gross) */
    int64_t net;                /* gross - tax - fee - (refunded - tax_refunded), at least 0 */
    int64_t shortfall;          /* what net is below 0: the platform bears it */
    int64_t creators, platform; /* together: net; the odd minor unit is the platform's */
};

void divide_unit(const struct unit_money *paid, int64_t share_bp, struct unit_split *out);

/* A share of something: `amount` is the result. */
struct part {
    int64_t id;     /* of the creator, or whatever it is; decides ties: the lower one first */
    int64_t weight; /* >= 0 */
    int64_t amount;
};

/* Divide `total` (>= 0) by weight: floor for each, and what is left over one by one to the largest
 * remainders. With no weight at all nobody gets anything; the return value is what was divided. */
int64_t divide_by_weight(int64_t total, struct part *parts, size_t n);

/* How much of the idle money is given out on top of `earned`, the earnings of all creators: so much
 * that each unit still returns at most its own net. */
int64_t divide_uplift(int64_t idle, int64_t earned, int64_t share_bp);

/* A unit under the rule `scaled`. */
struct contribution {
    int64_t id, net;
    int64_t seconds; /* > 0 */
    int64_t amount;  /* the result: what this unit gives to those it watched */
};

/* Spread `pool` over the units; the return value is what could not be spread (each gave its net). */
int64_t divide_scaled(int64_t pool, struct contribution *units, size_t n);
#endif
