/*
 * throttle: how often somebody tried something. The truth is a row per fixed window in the
 * database; the cache only answers sooner that a limit is passed, so a limit holds with the cache
 * down or emptied.
 *
 * Errors     RC_LIMITED with a text that says how long to wait; RC_BUSY database away.
 */
#ifndef APP_THROTTLE_H
#define APP_THROTTLE_H
#include "io/db.h"

struct limit {
    const char *scope; /* constant, at most 20 bytes, e.g. "login" */
    int64_t window_ms;
    int64_t max; /* tries per window and key that pass */
};

/* RC_LIMITED when the key has used up its tries; counts nothing. */
MUST_USE enum rc throttle_check(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Count one try; RC_LIMITED when it is one too many. */
MUST_USE enum rc throttle_count(struct db *db, struct arena *a, const struct limit *limit,
                                const char *key, int64_t now_ms, struct problem *why);

/* Drop windows that are over; for jobs/sweep. */
MUST_USE enum rc throttle_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
