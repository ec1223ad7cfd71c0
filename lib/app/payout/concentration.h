/*
 * concentration: earnings that look like those of somebody who pays with stolen cards to watch himself.
 *
 * One who pays with own money gets back less than was paid, so only this fraud is worth trying. It
 * shows as earnings that come mostly from new accounts, or mostly from members who watch nobody else,
 * or as disputed payments. A small channel with faithful viewers looks alike: so nothing is taken
 * away, a person looks at it first, and not again for CONCENTRATION_AGAIN_DAYS.
 * Tables     none; reads unit, unit_share, reversal, user.
 */
#ifndef PAYOUT_CONCENTRATION_H
#define PAYOUT_CONCENTRATION_H
#include "io/db.h"

enum {
    CONCENTRATION_PERCENT = 80,    /* of the earnings, from this many on, come from ... */
    CONCENTRATION_YOUNG_DAYS = 60, /* ... accounts younger than this when they were settled */
    CONCENTRATION_FOCUS_PERCENT =
        90, /* ... or members with so much of their time on this creator */
    CONCENTRATION_DISPUTE_PERMILLE = 10, /* more of the paid months than this were disputed */
    CONCENTRATION_AGAIN_DAYS = 90,
};

/* Of what a creator earned by months settled from from_ms to before to_ms: *reason says what a person
 * should look at, "" when there is nothing, or when less than min_minor was earned. */
MUST_USE enum rc concentration_find(struct db *db, struct arena *a, int64_t creator_id,
                                    int64_t from_ms, int64_t to_ms, int64_t min_minor,
                                    const char **reason);
#endif
