/*
 * concentration: finds earnings that look like stolen-card fraud: somebody paying for fake members
 * to watch their own videos.
 *
 * With honest money this returns less than it costs, so only stolen cards make it worth trying. The signs
 * are earnings mostly from new accounts, or mostly from members who watch nobody else, or disputed
 * payments. A small channel with faithful viewers looks the same, so nothing is taken away: a person looks
 * at it first, and not again for CONCENTRATION_AGAIN_DAYS.
 *
 * Fair       A sign needs CONCENTRATION_PAYERS different members, so that no single rival can bring a small
 *            channel into review, and a part of the money, not of the number of months. New accounts and
 *            members of one channel count against what is usual on this site: where at least
 *            CONCENTRATION_USUAL_PERCENT of the other creators' earnings show the same sign, it says nothing,
 *            as on a new site, whose accounts are all new. Disputes count by the amount in dispute, and not at
 *            all once the site has won them; lost money is taken back in any case (income/reversal.h).
 * Tables     none; reads unit, unit_share, reversal, payment, user.
 */
#ifndef PAYOUT_CONCENTRATION_H
#define PAYOUT_CONCENTRATION_H
#include "io/db.h"

enum {
    CONCENTRATION_PERCENT = 80,       /* suspicious if at least this part comes from ... */
    CONCENTRATION_YOUNG_DAYS = 60,    /* ... accounts younger than this when settled, */
    CONCENTRATION_FOCUS_PERCENT = 90, /* ... or members with this part of their time here, */
    CONCENTRATION_DISPUTE_PERCENT =
        10,                   /* or if at least this part is disputed or was lost in disputes, */
    CONCENTRATION_PAYERS = 3, /* by at least so many members */
    CONCENTRATION_RUNS_MAX =
        6, /* looks at what was earned since the last payout, so many runs back at
                                   most: by then stolen cards have been disputed */
    CONCENTRATION_USUAL_PERCENT = 50, /* and if elsewhere on the site it is less than this */
    CONCENTRATION_AGAIN_DAYS = 90,    /* no second review of a creator for this long */
};

/* Units settled from from_ms until before to_ms, in one currency. */
struct concentration_period {
    int64_t from_ms, to_ms;
    const char *currency;
};

/* What all creators earned in it, and how much of that shows the signs; read once for a run. */
struct concentration_site {
    int64_t minor, young_minor, focused_minor;
};
MUST_USE enum rc concentration_site(struct db *db, struct arena *a,
                                    const struct concentration_period *period,
                                    struct concentration_site *out);

/* Looks at a creator's earnings in the period. *reason says, to the creator and the operators, what a
 * person should look at, with the figures; "" if nothing, or if less than min_minor was earned. */
MUST_USE enum rc concentration_find(struct db *db, struct arena *a, int64_t creator_id,
                                    const struct concentration_period *period,
                                    const struct concentration_site *site, int64_t min_minor,
                                    const char **reason);
#endif
