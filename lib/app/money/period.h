/*
 * period: up to which day the books are closed to dates that a person or a file gives.
 *
 * Locked     the months that an operator locked, and in any case every day before the first of the
 *            previous UTC month. Days that have not come are refused, too.
 * Whose      whoever books with a given date asks; what the program books by itself has the time at
 *            which it does it. Documents such as receipts bear the day on which they are issued.
 * Tables     period_lock: rows are added, never changed; the last one holds.
 * Errors     as in io/db.h. period_lock() and period_unlock() need DB_MONEY.
 */
#ifndef MONEY_PERIOD_H
#define MONEY_PERIOD_H
#include "io/db.h"

enum { PERIOD_REASON_MAX_BYTES = 200, PERIOD_ACTS_SHOWN_MAX = 100 };

/* May something be booked with the date at_ms? RC_CONFLICT: no, and *why says from which day on. */
MUST_USE enum rc period_check(struct db *db, struct arena *a, int64_t at_ms, int64_t now_ms,
                              struct problem *why);

/* The first moment of the first day that is open. */
MUST_USE enum rc period_open_ms(struct db *db, struct arena *a, int64_t now_ms, int64_t *ms);

/* The last month (YYYYMM) that an operator locked; 0: none. All before it are locked with it. */
MUST_USE enum rc period_locked_month(struct db *db, struct arena *a, int64_t *month);

/* Lock a UTC month that is over, and all before it; take that back. by_user 0: from the command
 * line. Inside a transaction or outside; each is noted with its reason.
 *   RC_INVALID   no reason, or one of more than PERIOD_REASON_MAX_BYTES
 *   RC_CONFLICT  the month is not over, or locked already; nothing is locked */
MUST_USE enum rc period_lock(struct db *db, struct arena *a, int64_t month, const char *reason,
                             int64_t by_user, int64_t now_ms, struct problem *why);
MUST_USE enum rc period_unlock(struct db *db, struct arena *a, const char *reason, int64_t by_user,
                               int64_t now_ms, struct problem *why);

/* What was locked and opened, newest first; at most PERIOD_ACTS_SHOWN_MAX. */
struct period_act {
    int64_t month; /* YYYYMM: locked up to it; 0: opened again */
    int64_t at_ms;
    const char *reason, *handle; /* handle: of the operator; "" from the command line */
};
struct period_act_list {
    struct period_act *items;
    size_t n;
};
MUST_USE enum rc period_acts(struct db *db, struct arena *a, struct period_act_list *out);
#endif
