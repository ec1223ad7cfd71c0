/*
 * erase: deletes what members are and made once the time to change their mind is over (departure.h), for
 * jobs/leave. What becomes of each table that knows a member is the table in erase.c; tests/leave.test.mjs
 * compares it with the schema.
 *
 * Order      no more log-ins; the videos, one by one, with their files; then table by table, ERASE_PAGE rows a
 *            statement; the account's row last, so that what was killed on the way is gone on with.
 * Stays      the account's row, as "Deleted member", because others refer to it; rows of money, of watch time that
 *            is not swept yet, and of moderation; the hash of the handle, which nobody else gets; that of the
 *            e-mail address, if they were banned or suspended.
 * Errors     as in io/db.h; RC_OK when there is nothing to do.
 */
#ifndef LEAVING_ERASE_H
#define LEAVING_ERASE_H
#include "io/db.h"

enum { ERASE_PAGE = 1000, ERASED_PER_RUN = 50 };

struct erased {
    int64_t members, videos, rows;
};

/* Erase those who are due, at most ERASED_PER_RUN. `db` is of DB_ORDINARY, `money` of DB_MONEY. */
MUST_USE enum rc erase_run(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                           struct erased *sum);
#endif
