/*
 * throttle: limits how often something may be tried. The truth is a row per fixed window in the
 * database, counted by one atomic statement. Once the database has refused a key, the cache keeps
 * that refusal until the end of the window, so that a flood costs no statement. The cache never
 * refuses by itself and never lets a try through, so limits hold without it.
 *
 * Windows    of one scope and key begin at the multiples of window_ms since 1970 (UTC). Around a
 *            boundary up to twice `max` tries can pass within one window's length.
 * Keys       may be any text; only half of its SHA-256 is stored, so the table holds no addresses.
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

/* RC_LIMITED if the key has used up its tries; counts nothing. */
MUST_USE enum rc throttle_check(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Count one try; RC_LIMITED if it is one too many. In the caller's transaction or alone; if the
 * transaction is rolled back, the try is not counted. */
MUST_USE enum rc throttle_count(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Delete expired windows; for jobs/sweep. */
MUST_USE enum rc throttle_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
