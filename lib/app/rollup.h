/*
 * rollup: from the spool into the database, and from there to what a day brings to whom.
 *
 *   spool --rollup_flush--> watch_seg --rollup_days--> watch_day
 *
 * Both may be killed at any time and repeated: a batch of the spool is one transaction that a unique
 * key lets in once, and a day is always counted anew from all its segments.
 * Tables     watch_seg, watch_batch, watch_node, watch_dirty, watch_day.
 * Errors     RC_BUSY, RC_FAIL as in db.h; what was done until then holds.
 */
#ifndef APP_ROLLUP_H
#define APP_ROLLUP_H
#include "app/spool.h"
#include "io/db.h"

enum {
    ROLLUP_SEGMENT_MAX_MS = 60000,
    ROLLUP_JOIN_GAP_MS = 1000, /* beats of one player so close are one stretch */
    ROLLUP_BATCH_RECORDS = 4096,
    ROLLUP_INSERT_ROWS = 1000,
    ROLLUP_SEGMENTS_MAX = 200000, /* of a member's day; what came later than these does not count */
    ROLLUP_LAG_MS = 60000,        /* a beat is in the spool so soon after its time */
};

struct flushed {
    int64_t records, segments, damaged, files; /* files: emptied and removed */
};

/* Put what the spool of this machine holds into watch_seg, and say up to when all is in. One at a
 * time on each machine: the caller holds the lock of its job. */
MUST_USE enum rc rollup_flush(struct db *db, struct arena *a, int64_t now_ms, struct flushed *sum);

/* Join stretches of one player that follow each other within ROLLUP_JOIN_GAP_MS; the gap moves to
 * the end, so that no time is made. Sorts; the return value is how many are left. */
size_t rollup_join(struct played *played, size_t n);

/* Count every dirty day anew. Any number of processes may do so at once. *days: how many were. */
MUST_USE enum rc rollup_days(struct db *db, struct arena *a, int64_t *days);
#endif
