/*
 * takeout: an archive of all that the site has of a member, as JSON, money as CSV, which they take along.
 *
 * Made       by jobs/takeout, one after the other, into var_dir/takeout; a worker that is killed leaves its lease,
 *            and the next one begins again. After TAKEOUT_ATTEMPTS it has failed.
 * Kept       TAKEOUT_DAYS; then file and row are deleted. A member has one at a time.
 * Limits     TAKEOUTS_PER_DAY; TAKEOUT_MAX_BYTES.
 * What       takeout_data.h. Own videos are in it as addresses, at which they are signed when they are asked for.
 * Errors     RC_LIMITED with a text; RC_CONFLICT: one is being made; RC_NOT_FOUND; as in io/db.h.
 * Tables     takeout.
 */
#ifndef LEAVING_TAKEOUT_H
#define LEAVING_TAKEOUT_H
#include "io/db.h"

enum {
    TAKEOUT_DAYS = 7,
    TAKEOUTS_PER_DAY = 2,
    TAKEOUT_ATTEMPTS = 3,
    TAKEOUT_LEASE_MINUTES = 5,
    TAKEOUT_MAX_BYTES = 28 << 20, /* a program holds it while it sends it */
};

enum takeout_state {
    TAKEOUT_NONE,
    TAKEOUT_WAITING,
    TAKEOUT_RUNNING,
    TAKEOUT_READY,
    TAKEOUT_FAILED
};
WORDS_OF(takeout_state);

struct takeout {
    int64_t id, user_id, percent, attempts, bytes, asked_ms, ended_ms, expires_ms;
    enum takeout_state state;
    const char *file;
};

/* The member's latest one that has not expired; RC_NOT_FOUND: there is none. */
MUST_USE enum rc takeout_get(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             struct takeout *out);

/* Ask for one. The one before goes. */
MUST_USE enum rc takeout_ask(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             struct problem *why);

/* The bytes of one that is ready. RC_GONE: the file is not there any more. */
MUST_USE enum rc takeout_read(struct arena *a, const struct takeout *t, char **bytes, size_t *n);

/* Make the one whose turn it is; RC_NOT_FOUND: none waits. `money` is of DB_MONEY. *did says what happened. */
MUST_USE enum rc takeout_next(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                              const char **did);

/* Delete those that have expired, and those of a member who is erased. */
MUST_USE enum rc takeout_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped);
MUST_USE enum rc takeout_drop_all(struct db *db, struct arena *a, int64_t user_id);
#endif
