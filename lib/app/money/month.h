/*
 * month: a UTC month is closed: idle money raises what creators earned in it (rule `user`), the pool
 * is divided (rule `scaled`).
 *
 * When       from conf close_day, 02:00 UTC of the following month, months in their order, units
 *            counted by when they were settled.
 * Money      close:YYYYMM:K (chunks of at most LEDGER_LEGS_MAX legs)
 *              liab:idle -> creator's held            uplift, or -> rev:platform (policy idle = platform)
 *              liab:idle -> liab:pool -> creator's held   scaled; legs of shares name the unit
 *              pool -> idle                           what could not be divided
 * Mixed      a month may hold units of both rules after a change: the idle money serves the uplift
 *            first (with the largest share_bp among its units, so that none returns more than its
 *            net), the rest the pool.
 * Idle       what stands on liab:idle but for units that were settled after the month; below 0 when
 *            refunds took back more than was there: then nobody is raised, and it is carried on.
 * Once       month_close, month_uplift and the shares of the pool are written in one transaction and
 *            then posted chunk by chunk; each may be repeated.
 * Tables     month_close, month_uplift; writes unit_share, reads unit and policy.
 * Errors     as in io/db.h and ledger.h. Needs DB_MONEY.
 */
#ifndef MONEY_MONTH_H
#define MONEY_MONTH_H
#include "app/money/tally.h"
#include "io/db.h"

enum { MONTHS_SHOWN_MAX = 120 };

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
    int64_t absorbed_minor; /* of it: the platform bore it (conf clawback) */
};
struct month_uplift_list {
    struct month_uplift *items;
    size_t n;
};

/* Close what is due, and post what was closed before but not posted; *closed counts months, *last is the
 * latest of them. RC_NOT_FOUND: nothing was due. */
MUST_USE enum rc month_close_due(struct db *db, struct arena *a, int64_t now_ms, int64_t *closed,
                                 struct month *last);

/* What that would do with the next month, and what each creator would get by it. Writes nothing. */
MUST_USE enum rc month_plan(struct db *db, struct arena *a, int64_t now_ms, struct month *out,
                            struct tally_list *by_creator);

/* Newest first. */
MUST_USE enum rc month_list(struct db *db, struct arena *a, struct month_list *out);

/* For reversals: a closed month, and what a creator's earnings of it were raised by; both locked, inside
 * the caller's transaction. RC_NOT_FOUND: not closed (and nobody closes it meanwhile), nothing. */
MUST_USE enum rc month_lock(struct db *db, struct arena *a, int64_t month, struct month *out);
MUST_USE enum rc month_lock_uplift(struct db *db, struct arena *a, int64_t month,
                                   int64_t creator_id, struct month_uplift *out);
MUST_USE enum rc month_uplift_set(struct db *db, const struct month_uplift *u);

/* YYYYMM of "YYYY-MM" with nothing or a dot behind it; RC_NOT_FOUND for anything else. */
MUST_USE enum rc month_read(const char *text, int64_t *month);

/* YYYYMM of a moment, and the first moment of a month and of the next one. */
int64_t month_of(int64_t ms);
void month_span(int64_t month, int64_t *from_ms, int64_t *to_ms);
#endif
