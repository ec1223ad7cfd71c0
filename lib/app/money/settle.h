/*
 * settle: turns a paid month that has ended into earnings, and earnings into payable money.
 *
 * Which      units that ended at least conf settle_hours ago and are not frozen, once all watch
 *            time up to their end has arrived (every node's watermark) and every day of it is
 *            counted.
 * Money      settle:UNIT:1   deferred[unit] -> creator's held (rule user) or liab:pool (scaled),
 *                            -> rev:platform, -> liab:idle
 *                            (no posting if refunds left nothing of it; if such a refund fails, the
 *                            unit is opened again)
 *            mature:UNIT     held -> payable for each creator, without what refunds took back,
 *                            hold_days of the unit's policy after it was settled; under the rule
 *                            scaled not before its month is closed
 *            mature:close:YYYYMM:K   held -> payable for the uplift, hold_days after the month was
 *                            closed
 * Closed     nothing is settled into a UTC month that is closed: what it would bring could no longer
 *            be divided. Only a clock that is wrong gets there.
 * Excluded   banned creators, videos that are held (hidden, limited, removed), creators that share the viewer's payee account; a
 *            banned viewer's month is idle. If there are more than UNIT_CREATORS_MAX creators,
 *            those watched longest count. Each creator's time is rounded down to whole seconds.
 * Once       units are taken in batches of SETTLE_BATCH, one transaction each; other processes skip
 *            them. Any number of processes may run at once, and be killed.
 * Frozen     what is frozen of a unit (freeze.h) is set aside as it is settled, and stays so when the
 *            unit matures.
 * Late       watch time counted for a unit after it was settled stays unpaid; the audit shows it.
 * Tables     unit, unit_share (unit.h), month_close and month_uplift (month.h). Reads policy,
 *            watch_node, watch_dirty and watch_day (watch_day.h), user, video and payee.
 * Errors     as in io/db.h and ledger.h. Needs DB_MONEY.
 */
#ifndef MONEY_SETTLE_H
#define MONEY_SETTLE_H
#include "app/money/tally.h"
#include "app/money/unit.h"

enum { SETTLE_BATCH = 100 };

struct settled {
    int64_t units;
    int64_t waiting; /* due, but some watch time has not arrived or is not counted yet */
    int64_t creators_minor, platform_minor, idle_minor;
    struct tally_list earned; /* by creator, rule user only; filled by a dry run */
};

/* Settle the units that are due at now_ms. dry_run: count and add up, write nothing. RC_CONFLICT with
 * a sentence: the month of now_ms is closed. */
MUST_USE enum rc settle_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct settled *sum, struct problem *why);

/* Make payable the earnings that are due at now_ms: of units, and of months' uplifts. dry_run as
 * above. */
struct matured {
    int64_t units, months, minor; /* months: those whose uplift became payable */
    struct tally_list earned;     /* filled by a dry run */
};
MUST_USE enum rc mature_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct matured *sum);
#endif
