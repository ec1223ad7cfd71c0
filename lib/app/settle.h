/*
 * settle: a paid month that is over becomes earnings, and earnings become payable.
 *
 * Which      units whose period ended conf settle_hours ago, that are not frozen, once all watching
 *            up to their end is in (every node's watermark, no day left to count).
 * Money      settle:UNIT:1   deferred[unit] -> creator's held (rule user) or liab:pool (scaled),
 *                            -> rev:platform, -> liab:idle
 *            mature:UNIT     held -> payable for each creator, what refunds took back not included,
 *                            hold_days of the unit's policy after it was settled
 * Excluded   blocked creators, blocked videos, creators that share the viewer's payee account; a
 *            blocked viewer's month is idle. Of more than UNIT_CREATORS_MAX creators those watched
 *            longest count.
 * Once       units are taken in batches of SETTLE_BATCH, each one transaction; whoever is second finds
 *            them taken or the ledger's key used. Any number of processes may run at once.
 * Tables     unit, unit_share (unit.h).
 */
#ifndef APP_SETTLE_H
#define APP_SETTLE_H
#include "app/unit.h"

enum { SETTLE_BATCH = 100 };

struct settled {
    int64_t units, waiting, creators_minor, platform_minor,
        idle_minor; /* waiting: for watching to come in */
};

/* Settle what is due at now_ms. dry_run: count and add up, write nothing. */
MUST_USE enum rc settle_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct settled *sum);

struct matured {
    int64_t units, months, minor; /* months: whose uplift became payable */
};
MUST_USE enum rc mature_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct matured *sum);
#endif
