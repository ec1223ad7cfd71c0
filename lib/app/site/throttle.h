/*
 * throttle: how often somebody tried something. The truth is a row per fixed window in the
 * database, counted by one atomic statement. Once the database has refused a key, the cache keeps
 * that refusal to the end of the window, so that a flood costs no statement; it never refuses by
 * itself and never lets anything through, so a limit holds with the cache down, emptied or absent.
 *
 * Windows    of one scope and key begin at the multiples of window_ms since 1970 (UTC). Around a
 *            boundary up to twice `max` tries can pass within one window's length.
 * Keys       may be any text; what is stored is half of its SHA-256, so the table holds no address.
 * Errors     RC_LIMITED with a text that says when to try again; RC_BUSY database away.
 * Tables     throttle.
 */
#ifndef SITE_THROTTLE_H
#define SITE_THROTTLE_H
#include "io/db.h"

struct limit {
    const char *scope; /* constant, at most 20 bytes, e.g. "login" */
    int64_t window_ms; /* a minute to a day */
    int64_t max;       /* tries per window and key that pass */
};

/* RC_LIMITED when the key has used up its tries; counts nothing. */
MUST_USE enum rc throttle_check(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Count one try; RC_LIMITED when it is one too many. In the caller's transaction or alone; in one
 * that is rolled back it counts for nothing. */
MUST_USE enum rc throttle_count(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Drop windows that are over; for jobs/sweep. */
MUST_USE enum rc throttle_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
