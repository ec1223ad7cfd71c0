/*
 * settle: a paid month that is over becomes earnings, and earnings become payable.
 *
 * Which      units whose period ended conf settle_hours ago, that are not frozen, once all watching
 *            up to their end is in (every node's watermark, no day left to count).
 * Money      settle:UNIT:1   deferred[unit] -> creator's held (rule user) or liab:pool (scaled),
 *                            -> rev:platform, -> liab:idle
 *                            (nothing, when nothing is left of it: should the refund fail, it is
 *                            open again)
 *            mature:UNIT     held -> payable for each creator, what refunds took back not included,
 *                            hold_days of the unit's policy after it was settled; under the rule
 *                            scaled not before its month is closed
 *            mature:close:YYYYMM:K   the same of the uplift, hold_days after the month was closed
 * Excluded   blocked creators, blocked videos, creators that share the viewer's payee account; a
 *            blocked viewer's month is idle. Of more than UNIT_CREATORS_MAX creators those watched
 *            longest count. Of a watched video's seconds only whole ones of each creator count.
 * Once       units are taken in batches of SETTLE_BATCH, each one transaction; whoever is second finds
 *            them taken. Any number of processes may run at once, and be killed.
 * Late       what is counted for a unit after it was settled stays unpaid; the audit shows it.
 * Tables     unit, unit_share (unit.h), month_close and month_uplift (month.h). Reads watch_node,
 *            watch_dirty, watch_day, user, video and payee.
 * Errors     as in io/db.h and ledger.h. Needs DB_MONEY.
 */
#ifndef MONEY_SETTLE_H
#define MONEY_SETTLE_H
#include "app/money/tally.h"
#include "app/money/unit.h"

enum { SETTLE_BATCH = 100 };

struct settled {
    int64_t units;
    int64_t waiting; /* due, but watching has to come in or be counted first */
    int64_t creators_minor, platform_minor, idle_minor;
    struct tally_list earned; /* by creator, rule user only; filled by a dry run */
};

/* Settle what is due at now_ms. dry_run: count and add up, write nothing. */
MUST_USE enum rc settle_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct settled *sum);

struct matured {
    int64_t units, months, minor; /* months: whose uplift became payable */
    struct tally_list earned;     /* filled by a dry run */
};
MUST_USE enum rc mature_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct matured *sum);
#endif
