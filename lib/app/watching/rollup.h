/*
 * rollup: from the spool into the database, and from there to what a day brings to whom.
 *
 *   spool --rollup_flush--> watch_seg, watch_position, video_retention
 *                           watch_seg --rollup_days--> watch_day, view_day
 *
 * Both may be killed at any time and repeated: a batch of the spool is one transaction that a unique
 * key lets in once, and a day is always counted anew from all its segments.
 * Tables     watch_seg, watch_batch, watch_node, watch_dirty, watch_day; reads unit (unit.h); fills
 *            those of watch.h and audience.h.
 * Errors     RC_BUSY, RC_FAIL as in db.h; what was done until then holds.
 */
#ifndef WATCHING_ROLLUP_H
#define WATCHING_ROLLUP_H
#include "app/watching/spool.h"
#include "io/db.h"

enum {
    ROLLUP_SEGMENT_MAX_MS = 60000,
    ROLLUP_JOIN_GAP_MS = 1000, /* beats of one player so close are one stretch */
    ROLLUP_BATCH_RECORDS = 4096,
    ROLLUP_SEGMENTS_MAX = 200000, /* of a member's day; what came later than these does not count */
    ROLLUP_LAG_MS = 60000,        /* a beat is in the spool so soon after its time */
    ROLLUP_CLOCK_MAX_MS =
        2000,              /* a machine whose clock is further from the database's earns nothing */
    ROLLUP_KEEP_DAYS = 45, /* segments; what they brought (watch_day) stays */
};

struct flushed {
    int64_t records, segments, damaged, files; /* files: emptied and removed */
};

/* Put what the spool of this machine holds into the database, and say up to when all is in. One at a
 * time on each machine: the caller holds the lock of its job. clock_ok: see below; without it what is
 * found is kept, and credits nothing. */
MUST_USE enum rc rollup_flush(struct db *db, struct arena *a, int64_t now_ms, bool clock_ok,
                              struct flushed *sum);

/* Does now_ms agree with the clock of the database, which all machines share? */
MUST_USE enum rc rollup_clock_ok(struct db *db, struct arena *a, int64_t now_ms, bool *ok);

/* Forget a machine that is gone for good: settlement no longer waits for it. RC_NOT_FOUND. */
MUST_USE enum rc rollup_forget_node(struct db *db, const char *node);

/* Join stretches of one player that follow each other within ROLLUP_JOIN_GAP_MS; the gap moves to
 * the end, so that no time is made. Sorts; the return value is how many are left. */
size_t rollup_join(struct played *played, size_t n);

/* Count every dirty day anew. Any number of processes may do so at once. *days: how many were. */
MUST_USE enum rc rollup_days(struct db *db, struct arena *a, int64_t *days);

/* Drop segments of days that ended ROLLUP_KEEP_DAYS ago, when all that was paid for these days is
 * settled. *days: of members. */
MUST_USE enum rc rollup_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *days);
#endif
