/*
 * spending: where a member's money went: each paid month with all the parts into which it was
 * divided.
 *
 * Sum        for a settled month
 *              gross + borne = refunded + tax + fee + platform + creators + idle + pool
 *            holds to the minor unit. Each part is already reduced by refunds after the settlement;
 *            `borne` is what the platform paid out of its own money: fees of refunded money, and
 *            the rounding of refunds.
 *            An open month is shown as it would be divided now; `creators` is then the money
 *            waiting for creators, and the shares hold only time.
 * Reads      unit, unit_share, policy, month_close, watch_day, user; writes nothing.
 * Errors     as in io/db.h. DB_READER can read what is needed.
 */
#ifndef REPORTS_SPENDING_H
#define REPORTS_SPENDING_H
#include "base/conf.h"
#include "io/db.h"

enum { SPENDING_PAGE = 6, SPENDING_SHARES_MAX = 5000 };

/* A creator that was watched in a month. handle "": the channel no longer exists. */
struct spent_share {
    int64_t unit_id, creator_id, seconds, amount_minor; /* amount: without what refunds took back */
    const char *handle, *name;
};
struct spent_share_list {
    struct spent_share *items;
    size_t n;
};

struct spent {
    int64_t unit_id, starts_ms, ends_ms, settled_ms; /* settled_ms 0: open */
    int64_t settles_ms;                              /* when it is due */
    int64_t gross_minor, refunded_minor, tax_minor, fee_minor, platform_minor, creators_minor,
        idle_minor, pool_minor, borne_minor; /* pool, rule `scaled`: given to (below 0: got from)
                                                members who paid less for a minute */
    int64_t seconds;                         /* credited */
    int64_t share_bp, frozen;
    int64_t close_month; /* YYYYMM in which it was settled; 0: that month is not closed */
    int64_t uplift_bp;   /* by how much idle money raised creators' earnings of that month */
    const char *currency;
    enum division_rule rule;        /* of its policy */
    enum idle_use idle;             /* likewise */
    struct spent_share_list shares; /* the longest watched first */
};
struct spent_list {
    struct spent *items;
    size_t n;
};

/* A member's months, newest first: those of page `page` (from 0), SPENDING_PAGE each, and one more
 * if there is a next page. */
MUST_USE enum rc spending_list(struct db *db, struct arena *a, int64_t user_id, size_t page,
                               struct spent_list *out);
#endif
