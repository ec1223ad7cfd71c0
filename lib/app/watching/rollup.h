/*
 * rollup: loads the spool into the database, then computes each creator's credit per member and
 * day.
 *
 *   spool --rollup_flush--> watch_seg, watch_position, video_retention
 *                           watch_seg --rollup_days--> watch_day, view_day
 *
 * Both may be killed at any time and repeated: a batch of the spool is one transaction, and a
 * unique key admits it once; a day is always counted again from all its segments.
 * Tables     watch_seg, watch_batch. Reads watch_dirty and unit; writes watch_day, watch_dirty and
 *            watch_node through app/money/watch_day.h, view_day through app/catalogue/video.h, and
 *            the tables of watch.h and audience.h.
 * Errors     RC_BUSY, RC_FAIL as in io/db.h; what was done before stays done.
 */
#ifndef WATCHING_ROLLUP_H
#define WATCHING_ROLLUP_H
#include "app/watching/spool.h"
#include "io/db.h"

enum {
    ROLLUP_SEGMENT_MAX_MS = 60000,
    ROLLUP_JOIN_GAP_MS = 1000, /* beats of one player this close together are one stretch */
    ROLLUP_BATCH_RECORDS = 4096,
    ROLLUP_SEGMENTS_MAX = 200000, /* of a member's day; further ones do not count */
    ROLLUP_LAG_MS = 60000,        /* a beat is in the spool at most this long after its time */
    ROLLUP_CLOCK_MAX_MS =
        2000, /* largest difference from the database's clock; beyond it nothing counts */
    ROLLUP_KEEP_DAYS = 45, /* of segments; their credit (watch_day) stays */
};

struct flushed {
    int64_t records, segments, damaged, files; /* files: emptied and removed */
};

/* Put the records in this machine's spool into the database, and note up to which time they are
 * complete. One process at a time on each machine: the caller holds the lock of its job. If
 * clock_ok (rollup_clock_ok) is false, the records are stored but not credited. */
MUST_USE enum rc rollup_flush(struct db *db, struct arena *a, int64_t now_ms, bool clock_ok,
                              struct flushed *sum);

/* Does now_ms agree with the clock of the database, which all machines share? */
MUST_USE enum rc rollup_clock_ok(struct db *db, struct arena *a, int64_t now_ms, bool *ok);

/* Forget a machine that is gone for good, so that settling no longer waits for it. RC_NOT_FOUND:
 * there is none of that name. */
MUST_USE enum rc rollup_forget_node(struct db *db, const char *node);

/* Join stretches of one player that follow each other within ROLLUP_JOIN_GAP_MS; the gap moves to
 * the end, so that no time is added. Sorts them; returns how many are left. */
size_t rollup_join(struct played *played, size_t n);

/* Count all waiting (dirty) days again. Any number of processes may do so at once. *days: how many
 * this one counted. */
MUST_USE enum rc rollup_days(struct db *db, struct arena *a, int64_t *days);

/* Delete segments of days that ended ROLLUP_KEEP_DAYS ago, once all paid months that overlap these
 * days are settled. *days: how many days of members. */
MUST_USE enum rc rollup_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *days);
#endif
