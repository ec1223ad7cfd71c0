/* The part of payout.h that makes the monthly run: when it begins, and reserving the money of those whom
 * payout_plan.c finds. payout_send.c sends it, payout_export.c writes it into a file. */
#include "app/payout/payout_plan.h"
#include "app/money/ledger.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include <time.h>

SHAPE(run_shape, struct payout_run, COLUMN(struct payout_run, id), COLUMN(struct payout_run, month),
      COLUMN(struct payout_run, part), COLUMN(struct payout_run, created_ms),
      COLUMN(struct payout_run, reserved_ms), COLUMN(struct payout_run, left_out),
      COLUMN(struct payout_run, exports), COLUMN(struct payout_run, exported_ms),
      COLUMN(struct payout_run, pay_on_ms), COLUMN(struct payout_run, cancelled_ms),
      COLUMN(struct payout_run, currency));
struct total {
    int64_t n, minor;
};
SHAPE(total_shape, struct total, COLUMN(struct total, n), COLUMN(struct total, minor));
#define RUN_COLUMNS                                                                                \
    "id, month, part, created_ms, reserved_ms, left_out, exports, exported_ms, pay_on_ms,"         \
    " cancelled_ms, currency"
STMT(q_runs, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run ORDER BY id DESC");
STMT(q_run, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run WHERE id = ?");
STMT(q_run_of_month, &run_shape,
     "SELECT " RUN_COLUMNS " FROM payout_run WHERE month = ? ORDER BY part DESC LIMIT 1");
STMT(q_lock_run, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run WHERE id = ? FOR UPDATE");
STMT(q_add_run, NULL,
     "INSERT INTO payout_run (month, part, currency, created_ms) VALUES (?, ?, ?, ?)");
STMT(q_complete, NULL,
     "UPDATE payout_run SET reserved_ms = ?, left_out = ? WHERE id = ? AND reserved_ms = 0");
/* A run that was not completed in its month: the next run pays the creators it had left. */
STMT(q_complete_older, NULL,
     "UPDATE payout_run SET reserved_ms = ? WHERE month < ? AND reserved_ms = 0");
STMT(q_total, &total_shape,
     "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS minor FROM payout"
     " WHERE run_id = ?");
STMT(q_in_run, &number_shape, "SELECT COUNT(*) AS n FROM payout WHERE run_id = ? AND user_id = ?");
STMT(q_add, NULL,
     "INSERT INTO payout (run_id, user_id, provider, amount_minor, currency, state, created_ms,"
     " changed_ms, holder, iban_sealed, iban_end)"
     " VALUES (?, ?, ?, ?, ?, 'reserved', ?, ?, ?, ?, ?)");

/* When */

static struct tm calendar(int64_t ms)
{
    time_t s = (time_t)(ms / SECOND_MS);
    struct tm tm;

    gmtime_r(&s, &tm);
    return tm;
}

int64_t payout_begins_ms(int64_t now_ms)
{
    struct tm tm = calendar(now_ms);

    tm = (struct tm){ .tm_year = tm.tm_year,
                      .tm_mon = tm.tm_mon,
                      .tm_mday = (int)conf()->payout_day,
                      .tm_hour = PAYOUT_HOUR };
    return (int64_t)timegm(&tm) * SECOND_MS;
}

static int64_t month_of(int64_t now_ms)
{
    struct tm tm = calendar(now_ms);
    return (tm.tm_year + 1900) * INT64_C(100) + tm.tm_mon + 1;
}

int64_t payout_next_ms(int64_t now_ms)
{
    int64_t ms = payout_begins_ms(now_ms);
    return now_ms < ms ? ms : clock_add_months(ms, 1);
}

/* The run */

struct run {
    struct arena *a;
    const struct payout_driver *driver; /* of that provider */
    const char *currency;
    int64_t id, now_ms;
    struct payout_plan plan;
    size_t next;   /* of the plan: those before it are reserved or were left out */
    bool complete; /* nobody is left */
    struct payout_sum *sum;
    struct problem *why;
};

/* Add the payout's row; *posting is the posting that has to follow. */
static enum rc add_payout(struct db *db, const struct run *r, const struct payout_candidate *c,
                          struct posting *posting)
{
    struct ledger_leg *leg = arena_array(r->a, struct ledger_leg, 1);
    const char *id;
    int64_t payout_id;

    TRY(db_insert(db, &q_add,
                  ARGS(I64(r->id), I64(c->user_id), STR(r->driver->name), I64(c->payable_minor),
                       STR(r->currency), I64(r->now_ms), I64(r->now_ms), STR(c->holder),
                       STR(c->iban_sealed), STR(c->iban_end)),
                  &payout_id));
    *leg = (struct ledger_leg){ { ACCOUNT_CREATOR_PAYABLE, c->user_id },
                                { ACCOUNT_CREATOR_TRANSIT, c->user_id },
                                c->payable_minor,
                                0 };
    id = arena_printf(r->a, "%" PRId64, payout_id);
    *posting = (struct posting){ .ikey = arena_printf(r->a, "payout:%s:reserve", id),
                                 .kind = "payout_reserve",
                                 .ref_type = "payout",
                                 .ref_id = id,
                                 .effective_ms = r->now_ms,
                                 .currency = r->currency,
                                 .legs = leg,
                                 .n = 1 };
    return c->pay_below ? payee_rest_paid(db, c->user_id) : RC_OK;
}

/* The planned creator as they are now: paid what was planned, or less if a refund took some of it since.
 * *pays is false if they are in the run already, or no longer due. */
static enum rc look_again(struct db *db, const struct run *r, const struct payout_planned *planned,
                          struct payout_candidate *c, bool *pays)
{
    int64_t in_run;

    *pays = false;
    TRY(db_number(db, r->a, &q_in_run, ARGS(I64(r->id), I64(planned->user_id)), &in_run));
    if (in_run)
        return RC_OK;
    TRY(payout_candidate_get(db, r->a, planned->user_id, planned->minor, r->now_ms, c));
    *pays = c->standing == PAYOUT_DUE;
    return RC_OK;
}

/* Reserve the plan's next creators. All copies of this program add to the run under the lock of its row, and
 * none adds a creator twice. */
static enum rc reserve_some(struct db *db, void *arg)
{
    struct run *r = arg;
    size_t end = MIN_OF(r->next + PAYOUT_CANDIDATES, r->plan.n), n = 0;
    struct posting *postings = arena_array(r->a, struct posting, PAYOUT_CANDIDATES);
    struct payout_run row;
    bool pays;

    TRY(db_one(db, r->a, &q_lock_run, ARGS(I64(r->id)), &row));
    r->complete = row.reserved_ms != 0;
    for (size_t i = r->next; i < end && !r->complete; i++) {
        struct payout_candidate c;
        TRY(look_again(db, r, &r->plan.items[i], &c, &pays));
        if (pays)
            TRY(add_payout(db, r, &c, &postings[n++]));
    }
    TRY(payout_covered(db, r->a, r->driver, r->plan.sum.available_minor, r->why));
    enum rc rc = n ? ledger_post_all(db, r->a, postings, n) : RC_OK;
    /* a refund took some of the money since it was read: try again with what is left */
    return rc == RC_DENIED ? RC_BUSY : rc;
}

static enum rc complete(struct db *db, void *arg)
{
    struct run *r = arg;

    return db_run(db, &q_complete, ARGS(I64(r->now_ms), I64(r->plan.left_out), I64(r->id)), NULL);
}

/* The latest run of this month; RC_NOT_FOUND: there is none. */
static enum rc last_run(struct db *db, struct arena *a, int64_t now_ms, struct payout_run *out)
{
    return db_one(db, a, &q_run_of_month, ARGS(I64(month_of(now_ms))), out);
}

/* May a run be made now: the month's first, one that was not completed, or a further one, on another day,
 * for those who did not fit? */
static bool is_due(const struct payout_run *last, int64_t now_ms)
{
    if (last->id == 0 || last->reserved_ms == 0)
        return now_ms >= payout_begins_ms(now_ms);
    return last->left_out > 0 && now_ms / DAY_MS > last->reserved_ms / DAY_MS;
}

static enum rc open_run(struct db *db, struct run *r, const struct payout_run *last)
{
    int64_t month = month_of(r->now_ms);
    struct payout_run row;

    if (last->id == 0 || last->reserved_ms) {
        enum rc rc = db_run(db, &q_add_run,
                            ARGS(I64(month), I64(last->part + 1), STR(r->currency), I64(r->now_ms)),
                            NULL);
        if (rc != RC_OK && rc != RC_CONFLICT)
            return rc;
    }
    TRY(db_run(db, &q_complete_older, ARGS(I64(r->now_ms), I64(month)), NULL));
    TRY(last_run(db, r->a, r->now_ms, &row));
    r->id = row.id;
    r->complete = row.reserved_ms != 0;
    return RC_OK;
}

static enum rc hold_suspicious(struct db *db, const struct payout_candidate *c, void *arg)
{
    const struct run *r = arg;

    if (c->standing != PAYOUT_REVIEW)
        return RC_OK;
    enum rc rc = hold_set(db, c->user_id, HOLD_REVIEW, c->why, 0, r->now_ms);
    log_info("review user=%" PRId64 ": %s", c->user_id, c->why);
    return rc == RC_CONFLICT ? RC_OK : rc; /* another copy was faster */
}

static enum rc reserve(struct db *db, struct run *r, const struct payout_run *last)
{
    struct total total;

    TRY(payout_plan(db, r->a, r->now_ms, hold_suspicious, r, &r->plan, r->why));
    *r->sum = r->plan.sum;
    if (r->plan.n == 0 && r->plan.left_out)
        return refuse(r->why, RC_DENIED, NULL, payout_plan_shortage(r->a, &r->plan));
    TRY(open_run(db, r, last));
    while (!r->complete && r->next < r->plan.n) {
        TRY(db_transact(db, reserve_some, r));
        r->next = MIN_OF(r->next + PAYOUT_CANDIDATES, r->plan.n);
    }
    if (!r->complete)
        TRY(db_transact(db, complete, r));
    TRY(db_one(db, r->a, &q_total, ARGS(I64(r->id)), &total));
    r->sum->payouts = total.n;
    r->sum->minor = total.minor;
    return RC_OK;
}

enum rc payout_run_due(struct db *db, struct arena *a, int64_t now_ms, struct payout_run *last,
                       bool *due)
{
    *last = (struct payout_run){ 0 };
    enum rc rc = last_run(db, a, now_ms, last);

    *due = is_due(last, now_ms);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc payout_run(struct db *db, struct arena *a, int64_t now_ms, struct payout_sum *sum,
                   struct problem *why)
{
    const struct pay_driver *provider = pay_configured();
    struct run r = {
        .a = a,
        .driver = provider ? payout_driver(provider->name) : NULL,
        .now_ms = now_ms,
        .sum = sum,
        .why = why,
    };
    struct payout_run last;
    bool due;

    *sum = (struct payout_sum){ 0 };
    if (r.driver == NULL)
        return refuse(why, RC_NOT_FOUND, NULL, "This provider makes no payouts.");
    r.currency = provider->currency();
    TRY(payout_run_due(db, a, now_ms, &last, &due));
    if (due) {
        TRY(payout_is_on(db, a, why));
        TRY(reserve(db, &r, &last));
    }
    TRY(r.driver->balance(db, a, &sum->available_minor));
    if (r.driver->send)
        TRY(payout_covered(db, a, r.driver, sum->available_minor, why));
    enum rc rc = payout_send_reserved(db, a, now_ms, sum, why);
    return rc == RC_NOT_FOUND && due ? RC_OK : rc;
}

enum rc payout_run_get(struct db *db, struct arena *a, int64_t run_id, struct payout_run *out)
{
    return db_one(db, a, &q_run, ARGS(I64(run_id)), out);
}

enum rc payout_run_list(struct db *db, struct arena *a, struct payout_run_list *out)
{
    return DB_LIST(db, a, &q_runs, NO_ARGS, PAYOUT_RUNS_SHOWN, out);
}
