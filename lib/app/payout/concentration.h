/*
 * concentration: finds earnings that look like stolen-card fraud: somebody paying for fake members
 * to watch their own videos.
 *
 * With honest money this returns less than it costs, so only stolen cards make it worth trying. The
 * signs are earnings mostly from new accounts, or mostly from members who watch nobody else, or
 * disputed payments. A small channel with faithful viewers looks the same, so nothing is taken
 * away: a person looks at it first, and not again for CONCENTRATION_AGAIN_DAYS.
 * Tables     none; reads unit, unit_share, reversal, user.
 */
#ifndef PAYOUT_CONCENTRATION_H
#define PAYOUT_CONCENTRATION_H
#include "io/db.h"

enum {
    CONCENTRATION_PERCENT = 80,          /* suspicious if at least this part comes from ... */
    CONCENTRATION_YOUNG_DAYS = 60,       /* ... accounts younger than this when settled, */
    CONCENTRATION_FOCUS_PERCENT = 90,    /* ... or members with this part of their time here, */
    CONCENTRATION_DISPUTE_PERMILLE = 10, /* or if more of the paid months were disputed */
    CONCENTRATION_AGAIN_DAYS = 90,       /* no second review of a creator for this long */
};

/* Looks at a creator's earnings of units settled from from_ms until before to_ms. *reason says, to
 * the creator, what a person should look at; "" if nothing, or if less than min_minor was
 * earned. */
MUST_USE enum rc concentration_find(struct db *db, struct arena *a, int64_t creator_id,
                                    int64_t from_ms, int64_t to_ms, int64_t min_minor,
                                    const char **reason);
#endif
