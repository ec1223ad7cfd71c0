/*
 * uplift: idle money raises what creators earned in a month, by one common rate as far as it goes,
 * but no unit returns more to creators than its net.
 *
 * Cap        A unit that gave C and left P to the platform can be raised by P, and under the terms
 *            share_bp by no more than C * (10000 - share_bp) / share_bp, which is all of P unless
 *            the platform's part bore the fee (fees = platform).
 * Bands      Units with the same cap per minor unit earned are raised alike, so they are one band:
 *            all of one share_bp whose P reaches that rate, and else those with equal C and P. The
 *            idle money is spread over the bands like a pool over units (divide_scaled, where
 *            earnings take the place of seconds); what a band gets is divided among its creators by
 *            what they earned in it (divide_by_weight).
 * Pure       no clock, no database, the same result in any order of the input.
 */
#ifndef MONEY_UPLIFT_H
#define MONEY_UPLIFT_H
#include "app/money/tally.h"

/* What decides how far a unit can be raised. */
struct uplift_terms {
    int64_t share_bp, given_minor, platform_minor; /* given: to creators; > 0 */
};

struct uplift {
    struct arena *a;
    struct uplift_band *bands;
    size_t n, max;
    struct uplift_band *last; /* the one added to most recently */
};

/* Add what a creator earned in units with these terms. */
void uplift_add(struct uplift *x, const struct uplift_terms *t, int64_t creator_id, int64_t minor);

/* Spread `idle_minor` (>= 0); returns how much of it is given. *earned and *raised have the same
 * creators in the same order: what each earned, and what is added to it (perhaps 0). */
int64_t uplift_divide(struct uplift *x, int64_t idle_minor, struct tally_list *earned,
                      struct tally_list *raised);
#endif
