/*
 * month: closes a UTC month: idle money raises what creators earned in it (rule `user`), and the
 * pool is divided (rule `scaled`).
 *
 * When       from conf close_day, 02:00 UTC of the following month; months in their order. A unit
 *            belongs to the month in which it was settled.
 * Money      close:YYYYMM:K (chunks of at most LEDGER_LEGS_MAX legs)
 *              liab:idle -> creator's held            uplift, or -> rev:platform (policy idle =
 *                                                     platform)
 *              liab:idle -> liab:pool -> creator's held   scaled; legs of shares name the unit
 *              pool -> idle                           what could not be divided
 * Mixed      after a change a month may hold units of both rules: the idle money is used for the
 *            uplift first (uplift.h), and the rest is added to the pool.
 * Idle       the balance of liab:idle without units that were settled after the month. Below 0 when
 *            refunds took back more than was there: then there is no uplift, and it is carried
 *            over.
 * Once       month_close, month_uplift and the shares of the pool are written in one transaction
 *            and then posted chunk by chunk; each step may be repeated.
 * Tables     month_close, month_uplift; writes unit_share, reads unit and policy.
 * Errors     as in io/db.h and ledger.h. Needs DB_MONEY.
 */
#ifndef MONEY_MONTH_H
#define MONEY_MONTH_H
#include "app/money/tally.h"
#include "io/db.h"

enum { MONTHS_SHOWN_MAX = 120 };

/* idle_in is on the idle account before the month is closed, idle_out afterwards; `pool` is what
 * the rule scaled could divide, `scaled` what it divided. The times are 0 until it is done. */
struct month {
    int64_t month; /* YYYYMM */
    int64_t units, earned_minor, idle_in_minor, uplift_minor, platform_minor, pool_minor,
        scaled_minor, idle_out_minor, closed_ms, posted_ms, matured_ms;
    const char *currency;
};
struct month_list {
    struct month *items;
    size_t n;
};
struct month_uplift {
    int64_t month, creator_id, earned_minor, amount_minor;
    int64_t reversed_minor; /* of amount, taken back to the idle account */
    int64_t absorbed_minor; /* part of that which the platform bore (conf clawback) */
};
struct month_uplift_list {
    struct month_uplift *items;
    size_t n;
};

/* Close up to `max` months that are due, and post months that were closed before but not posted;
 * *closed counts both, *last is the latest. RC_NOT_FOUND: nothing was due. */
MUST_USE enum rc month_close_due(struct db *db, struct arena *a, int64_t now_ms, int64_t max,
                                 int64_t *closed, struct month *last);

/* The next month to close, if it is due. RC_NOT_FOUND: none is. */
MUST_USE enum rc month_due(struct db *db, struct arena *a, int64_t now_ms, int64_t *month);

/* What closing the next month now would do, and what each creator would get by it. Writes nothing.
 * RC_NOT_FOUND: nothing is due. */
MUST_USE enum rc month_plan(struct db *db, struct arena *a, int64_t now_ms, struct month *out,
                            struct tally_list *by_creator);

/* The closed months, newest first; at most MONTHS_SHOWN_MAX. */
MUST_USE enum rc month_list(struct db *db, struct arena *a, struct month_list *out);

/* For reversals: a closed month, and a creator's uplift of it; both are locked in the caller's
 * transaction. RC_NOT_FOUND: the month is not closed (and cannot be closed before the transaction
 * ends); there is no uplift. */
MUST_USE enum rc month_lock(struct db *db, struct arena *a, int64_t month, struct month *out);
MUST_USE enum rc month_lock_uplift(struct db *db, struct arena *a, int64_t month,
                                   int64_t creator_id, struct month_uplift *out);
MUST_USE enum rc month_uplift_set(struct db *db, const struct month_uplift *u);

/* YYYYMM of "YYYY-MM", alone or followed by a dot; RC_NOT_FOUND for anything else. */
MUST_USE enum rc month_read(const char *text, int64_t *month);

/* YYYYMM of a moment, and the first moment of a month and of the next one. */
int64_t month_of(int64_t ms);
void month_span(int64_t month, int64_t *from_ms, int64_t *to_ms);
#endif
