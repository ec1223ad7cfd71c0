/*
 * divide: computes how much of a paid month each creator gets. Pure integer arithmetic: no clock,
 * no database, the same result in any order of the input.
 *
 * Units      amounts are minor units of one currency, weights are credited seconds, shares are
 *            basis points (10 000 = all). Products are computed in 128 bits.
 * Rules      `user`: what a member paid is divided among the creators that this member watched, by
 *            time. The money of members who watched nobody (idle) raises all earnings by one common
 *            rate, limited so that no subscription returns more than its own net (uplift.h).
 *            `scaled`: one price per second for all; each member contributes at most their own net
 *            (ScaledUserProp: Ghosh, Neoh, Teh, Tyrovolas, "Fraud-Proof Revenue Division on
 *            Subscription Platforms", ICML 2025).
 * Both       no money is lost or created; k invented subscriptions never earn more than they cost;
 *            splitting a channel in two gains at most the rounding of one minor unit.
 */
#ifndef MONEY_DIVIDE_H
#define MONEY_DIVIDE_H
#include "base/base.h"

enum { SHARE_ALL_BP = 10000 };

/* The money paid for a unit (one member, one month). All amounts >= 0; tax + fee may exceed what is
 * left after refunds. */
struct unit_money {
    int64_t gross, tax, fee;
    int64_t refunded; /* sum of all refunds; at most gross */
};

struct unit_split {
    int64_t tax_refunded;       /* floor(tax * refunded / gross) */
    int64_t net;                /* gross - tax - fee - (refunded - tax_refunded), at least 0 */
    int64_t shortfall;          /* how far net would be below 0; the platform bears it */
    int64_t creators, platform; /* add up to net; the platform gets the odd minor unit */
};

void divide_unit(const struct unit_money *paid, int64_t share_bp, struct unit_split *out);

/* One part of a division; `amount` is its result. */
struct part {
    int64_t id;     /* of the creator or whatever receives the part; the lower id wins ties */
    int64_t weight; /* >= 0 */
    int64_t amount;
};

/* Divide `total` (>= 0) by weight: each part gets the floor, and the minor units left over go one
 * by one to the largest remainders. Returns the amount divided: `total`, or 0 if all weights are 0.
 * Otherwise `parts` are then sorted by id. */
int64_t divide_by_weight(int64_t total, struct part *parts, size_t n);

/* How much of the idle money is added to `earned`, what units of these terms gave to creators: as much
 * as possible while each returns at most its own net, if no fee came out of the platform's part
 * (uplift.h has the whole rule). */
int64_t divide_uplift(int64_t idle, int64_t earned, int64_t share_bp);

/* A unit under the rule `scaled`. */
struct contribution {
    int64_t id, net;
    int64_t seconds; /* > 0 */
    int64_t amount;  /* the result: what this unit gives to the creators it watched */
};

/* Spread `pool` over the units, which changes their order. Returns the rest that could not be
 * spread because each unit already gives its net. */
int64_t divide_scaled(int64_t pool, struct contribution *units, size_t n);
#endif
