/*
 * clock_guard: whoever books looks at the clock first. A clock that is wrong by months would close
 * months, pay out what is still held and renew what has not ended; none of it can be taken back.
 *
 * Behind     the books hold something that was written later than now: postings, settled months,
 *            closed months. Machines may differ by CLOCK_BEHIND_MAX_MS.
 * Ahead      of the database server's clock by more than CLOCK_AHEAD_MAX_MS. Left out where a test
 *            has set the clock (environment test with a clock_file), whose time is its own.
 * Reads      ledger_tx, unit, month_close.
 */
#ifndef MONEY_CLOCK_GUARD_H
#define MONEY_CLOCK_GUARD_H
#include "io/db.h"

enum { CLOCK_BEHIND_MAX_MS = 5 * 60 * 1000, CLOCK_AHEAD_MAX_MS = 2 * 60 * 1000 };

/* May somebody book whose clock says now_ms? RC_CONFLICT: no, and *why has both times and what to
 * do. Outside a transaction. */
MUST_USE enum rc clock_guard(struct db *db, struct arena *a, int64_t now_ms, struct problem *why);

/* Only the half about the server's clock, for what is about to be written. */
MUST_USE enum rc clock_not_ahead(struct db *db, struct arena *a, int64_t now_ms,
                                 struct problem *why);
#endif
