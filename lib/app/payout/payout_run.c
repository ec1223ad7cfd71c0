/* The half of payout.h that makes the monthly run: when it begins, which creators are due, and
 * reserving their money. payout.c sends it. */
#include "app/payout/concentration.h"
#include "app/money/ledger.h"
#include "app/payout/payout_driver.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include <time.h>

enum { SHORTEST_MONTH_DAYS = 28 };

SHAPE(run_shape, struct payout_run, COLUMN(struct payout_run, id), COLUMN(struct payout_run, month),
      COLUMN(struct payout_run, part), COLUMN(struct payout_run, created_ms),
      COLUMN(struct payout_run, reserved_ms), COLUMN(struct payout_run, left_out),
      COLUMN(struct payout_run, exports), COLUMN(struct payout_run, exported_ms),
      COLUMN(struct payout_run, pay_on_ms), COLUMN(struct payout_run, cancelled_ms),
      COLUMN(struct payout_run, currency));
struct total {
    int64_t n, minor, last_user_id;
};
SHAPE(total_shape, struct total, COLUMN(struct total, n), COLUMN(struct total, minor),
      COLUMN(struct total, last_user_id));
/* What decides whether a creator is paid. */
struct creator {
    int64_t blocked, created_ms, pay_below, account_ms, hold_id;
    enum payee_state state;
    const char *handle, *provider, *holder, *iban_sealed, *iban_end, *reason;
};
SHAPE(creator_shape, struct creator, COLUMN(struct creator, blocked),
      COLUMN(struct creator, created_ms), COLUMN(struct creator, pay_below),
      COLUMN(struct creator, account_ms), COLUMN(struct creator, hold_id),
      COLUMN(struct creator, handle), COLUMN(struct creator, provider),
      COLUMN_WORD(struct creator, state, payee_state), COLUMN(struct creator, holder),
      COLUMN(struct creator, iban_sealed), COLUMN(struct creator, iban_end),
      COLUMN(struct creator, reason));

STMT(q_creator, &creator_shape,
     "SELECT u.blocked, u.created_ms, p.pay_below, p.account_ms, h.id AS hold_id, u.handle,"
     " p.provider, p.state, p.holder, p.iban_sealed, p.iban_end, h.reason FROM user u"
     " LEFT JOIN payee p ON p.user_id = u.id LEFT JOIN payout_hold h ON h.open_user_id = u.id"
     " WHERE u.id = ?");
#define RUN_COLUMNS                                                                                \
    "id, month, part, created_ms, reserved_ms, left_out, exports, exported_ms, pay_on_ms,"         \
    " cancelled_ms, currency"
STMT(q_runs, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run ORDER BY id DESC");
STMT(q_run, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run WHERE id = ?");
STMT(q_run_of_month, &run_shape,
     "SELECT " RUN_COLUMNS " FROM payout_run WHERE month = ? ORDER BY part DESC"
     " LIMIT 1");
STMT(q_lock_run, &run_shape, "SELECT " RUN_COLUMNS " FROM payout_run WHERE id = ? FOR UPDATE");
STMT(q_add_run, NULL, "INSERT INTO payout_run (month, currency, created_ms) VALUES (?, ?, ?)");
STMT(q_complete, NULL, "UPDATE payout_run SET reserved_ms = ? WHERE id = ? AND reserved_ms = 0");
/* A run that was not completed in its month: the next run pays the creators it had left. */
STMT(q_complete_older, NULL,
     "UPDATE payout_run SET reserved_ms = ? WHERE month < ? AND reserved_ms = 0");
STMT(q_total, &total_shape,
     "SELECT COUNT(*) AS n, CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS minor,"
     " MAX(user_id) AS last_user_id FROM payout WHERE run_id = ?");
STMT(q_on_its_way, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout"
     " WHERE state IN ('reserved', 'exported', 'sending', 'unknown') AND provider = ?");
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

/* When the run of the month of now_ms begins. */
static int64_t begins_ms(int64_t now_ms)
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
    int64_t ms = begins_ms(now_ms);
    return now_ms < ms ? ms : clock_add_months(ms, 1);
}

/* Who */

struct judgement {
    enum payout_standing standing;
    const char *why;
};

static struct judgement judge(struct arena *a, const struct creator *c, int64_t payable_minor,
                              int64_t now_ms, const char *obstacle)
{
    int64_t old_ms = c->created_ms + conf()->payout_first_days * DAY_MS;

    if (c->blocked)
        return (struct judgement){ PAYOUT_HELD, "blocked" };
    if (c->hold_id)
        return (struct judgement){ PAYOUT_HELD, arena_printf(a, "on hold: %s", c->reason) };
    if (payable_minor < conf()->payout_threshold_minor && !c->pay_below)
        return (struct judgement){ PAYOUT_BELOW, "below the threshold" };
    if (!str_eq(c->provider, conf()->pay_provider))
        return (struct judgement){ PAYOUT_NO_ACCOUNT, "has given no bank account" };
    if (c->state != PAYEE_ACTIVE)
        return (struct judgement){ PAYOUT_NO_ACCOUNT, "has to check the bank account" };
    if (*obstacle)
        return (struct judgement){ PAYOUT_NO_ACCOUNT,
                                   arena_printf(a, "has to check the bank account: %s", obstacle) };
    if (now_ms < old_ms)
        return (struct judgement){ PAYOUT_WAITS, arena_printf(a, "joined recently, waits until %s",
                                                              fmt_date(a, old_ms)) };
    if (now_ms < payee_ready_ms(c->account_ms))
        return (struct judgement){ PAYOUT_WAITS,
                                   arena_printf(a, "new bank account, waits until %s",
                                                fmt_date(a, payee_ready_ms(c->account_ms))) };
    return (struct judgement){ PAYOUT_DUE, "" };
}

/* Of an account that was given; one that cannot be opened has to be given again. */
static enum rc obstacle_of(struct arena *a, int64_t user_id, const struct creator *c,
                           const char **obstacle)
{
    *obstacle = "";
    if (!c->iban_sealed[0])
        return RC_OK;
    enum rc rc = payee_obstacle(a, user_id, c->holder, c->iban_sealed, obstacle);
    if (rc == RC_INVALID)
        *obstacle = "its number cannot be read";
    return rc == RC_INVALID ? RC_OK : rc;
}

enum rc payout_candidates(struct db *db, struct arena *a, int64_t after, int64_t now_ms,
                          struct payout_candidate_list *out)
{
    struct ledger_owner_list owners;

    TRY(ledger_owners(db, a, ACCOUNT_CREATOR_PAYABLE, pay_configured()->currency(), 1, after,
                      PAYOUT_CANDIDATES, &owners));
    out->n = owners.n;
    out->items = arena_array(a, struct payout_candidate, owners.n);
    for (size_t i = 0; i < owners.n; i++) {
        struct ledger_owner o = owners.items[i];
        const char *obstacle;
        struct creator c;
        TRY(db_one(db, a, &q_creator, ARGS(I64(o.owner_id)), &c));
        TRY(obstacle_of(a, o.owner_id, &c, &obstacle));
        struct judgement j = judge(a, &c, o.minor, now_ms, obstacle);
        out->items[i] = (struct payout_candidate){
            .user_id = o.owner_id,
            .payable_minor = o.minor,
            .pay_below = c.pay_below,
            .standing = j.standing,
            .handle = c.handle,
            .why = j.why,
            .holder = c.holder,
            .iban_end = c.iban_end,
            .iban_sealed = c.iban_sealed,
        };
    }
    return RC_OK;
}

static void count(struct payout_sum *sum, const struct payout_candidate *c)
{
    switch (c->standing) {
    case PAYOUT_DUE: sum->payouts++, sum->minor += c->payable_minor; return;
    case PAYOUT_BELOW: sum->below++; return;
    case PAYOUT_HELD: sum->held++; return;
    case PAYOUT_NO_ACCOUNT: sum->without_payee++; return;
    case PAYOUT_WAITS: sum->waiting++; return;
    }
}

/* Called for each creator who has payable money. */
typedef enum rc (*visit_fn)(struct db *db, const struct payout_candidate *c, void *arg);

static enum rc visit(struct db *db, struct arena *a, int64_t now_ms, visit_fn fn, void *arg)
{
    struct payout_candidate_list list;
    int64_t after = 0;

    do {
        TRY(payout_candidates(db, a, after, now_ms, &list));
        for (size_t i = 0; i < list.n; i++)
            TRY(fn(db, &list.items[i], arg));
        after = list.n ? list.items[list.n - 1].user_id : after;
    } while (list.n);
    return RC_OK;
}

/* The run */

struct run {
    struct arena *a;
    const struct pay_driver *provider;
    const struct payout_driver *driver; /* of that provider */
    int64_t id, now_ms;
    struct payout_sum *sum;
    struct problem *why;
    int64_t after,
        next;      /* creators up to this id are reserved or left out: now; after the commit */
    bool complete; /* no creator is left */
};

static enum rc add_up(struct db *db, const struct payout_candidate *c, void *arg)
{
    (void)db;
    count(arg, c);
    return RC_OK;
}

/* Can the driver's account pay due_minor in addition to payouts that are on their way? */
static enum rc cover(struct db *db, const struct run *r, int64_t due_minor)
{
    const struct ledger_account_ref account = { r->provider->account, 0 };
    const char *currency = r->provider->currency();
    int64_t on_its_way, available;

    TRY(db_number(db, r->a, &q_on_its_way, ARGS(STR(r->driver->name)), &on_its_way));
    TRY(r->driver->balance(db, r->a, &available));
    if (due_minor + on_its_way <= MAX_OF(available, 0))
        return RC_OK;
    return refuse(
        r->why, RC_DENIED, NULL,
        arena_printf(r->a, "Nothing is paid: %s are due, %s are on their way, and %s has only %s.",
                     fmt_money(r->a, due_minor, currency), fmt_money(r->a, on_its_way, currency),
                     ledger_code(r->a, account), fmt_money(r->a, available, currency)));
}

static enum rc cover_all(struct db *db, const struct run *r)
{
    struct payout_sum due = { 0 };

    TRY(visit(db, r->a, r->now_ms, add_up, &due));
    return cover(db, r, due.minor);
}

/* Add the payout's row; *posting is the posting that has to follow. */
static enum rc add_payout(struct db *db, const struct run *r, const struct payout_candidate *c,
                          struct posting *posting)
{
    const char *currency = r->provider->currency(), *id;
    struct ledger_leg *leg = arena_array(r->a, struct ledger_leg, 1);
    int64_t payout_id;

    TRY(db_insert(db, &q_add,
                  ARGS(I64(r->id), I64(c->user_id), STR(r->driver->name), I64(c->payable_minor),
                       STR(currency), I64(r->now_ms), I64(r->now_ms), STR(c->holder),
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
                                 .currency = currency,
                                 .legs = leg,
                                 .n = 1 };
    return c->pay_below ? payee_rest_paid(db, c->user_id) : RC_OK;
}

static enum rc add_payouts(struct db *db, const struct run *r,
                           const struct payout_candidate_list *list)
{
    struct posting *postings = arena_array(r->a, struct posting, list->n);
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].standing == PAYOUT_DUE)
            TRY(add_payout(db, r, &list->items[i], &postings[n++]));
    enum rc rc = n ? ledger_post_all(db, r->a, postings, n) : RC_OK;
    /* a refund took some of the money since it was read: try again with what is left */
    return rc == RC_DENIED ? RC_BUSY : rc;
}

/* Reserve the run's next creators. All copies of this program add to the run under the lock of its
 * row and continue where the last of them stopped, so that nobody is paid twice. */
static enum rc reserve_some(struct db *db, void *arg)
{
    struct run *r = arg;
    struct payout_candidate_list list;
    struct payout_run row;
    struct total total;

    TRY(db_one(db, r->a, &q_lock_run, ARGS(I64(r->id)), &row));
    TRY(db_one(db, r->a, &q_total, ARGS(I64(r->id)), &total));
    r->complete = row.reserved_ms != 0;
    if (r->complete)
        return RC_OK;
    if (total.n == 0)
        TRY(cover_all(db, r));
    r->next = MAX_OF(r->after, total.last_user_id);
    TRY(payout_candidates(db, r->a, r->next, r->now_ms, &list));
    TRY(add_payouts(db, r, &list));
    if (list.n)
        r->next = list.items[list.n - 1].user_id;
    r->complete = list.n == 0 || total.n + (int64_t)list.n > PAYOUTS_MAX - PAYOUT_CANDIDATES;
    return r->complete ? db_run(db, &q_complete, ARGS(I64(r->now_ms), I64(r->id)), NULL) : RC_OK;
}

/* Put a due creator on hold if the earnings that became payable since the last run look suspicious;
 * they were settled hold_days earlier. */
static enum rc look_at(struct db *db, const struct payout_candidate *c, void *arg)
{
    const struct run *r = arg;
    int64_t run_ms = begins_ms(r->now_ms), hold_ms = conf()->hold_days * DAY_MS;
    int64_t last_ms = begins_ms(run_ms - SHORTEST_MONTH_DAYS * DAY_MS); /* the run before */
    const char *reason;
    bool looked;

    if (c->standing != PAYOUT_DUE)
        return RC_OK;
    TRY(hold_was_reviewed(db, r->a, c->user_id, r->now_ms - CONCENTRATION_AGAIN_DAYS * DAY_MS,
                          &looked));
    if (looked)
        return RC_OK;
    TRY(concentration_find(db, r->a, c->user_id, last_ms - hold_ms, run_ms - hold_ms,
                           conf()->payout_threshold_minor, &reason));
    if (!*reason)
        return RC_OK;
    enum rc rc = hold_set(db, c->user_id, HOLD_REVIEW, reason, 0, r->now_ms);
    log_info("review user=%" PRId64 ": %s", c->user_id, reason);
    return rc == RC_CONFLICT ? RC_OK : rc; /* another copy was faster */
}

/* Read the row of this month's run, or add it. */
static enum rc open_run(struct db *db, struct run *r)
{
    int64_t month = month_of(r->now_ms);
    struct payout_run row;

    enum rc rc = db_run(db, &q_add_run,
                        ARGS(I64(month), STR(r->provider->currency()), I64(r->now_ms)), NULL);
    if (rc != RC_OK && rc != RC_CONFLICT)
        return rc;
    TRY(db_run(db, &q_complete_older, ARGS(I64(r->now_ms), I64(month)), NULL));
    TRY(db_one(db, r->a, &q_run_of_month, ARGS(I64(month)), &row));
    r->id = row.id;
    r->complete = row.reserved_ms != 0;
    return RC_OK;
}

static enum rc reserve(struct db *db, struct run *r)
{
    struct total total;

    TRY(visit(db, r->a, r->now_ms, look_at, r));
    TRY(visit(db, r->a, r->now_ms, add_up, r->sum));
    while (!r->complete) {
        TRY(db_transact(db, reserve_some, r));
        r->after = r->next;
    }
    TRY(db_one(db, r->a, &q_total, ARGS(I64(r->id)), &total));
    r->sum->payouts = total.n;
    r->sum->minor = total.minor;
    return RC_OK;
}

enum rc payout_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                   struct payout_sum *sum, struct problem *why)
{
    const struct pay_driver *provider = pay_configured();
    struct run r = {
        .a = a,
        .provider = provider,
        .driver = provider ? payout_driver(provider->name) : NULL,
        .now_ms = now_ms,
        .sum = sum,
        .why = why,
    };
    bool reserves = false;

    *sum = (struct payout_sum){ 0 };
    if (r.driver == NULL)
        return refuse(why, RC_NOT_FOUND, NULL, "This provider makes no payouts.");
    TRY(r.driver->balance(db, a, &sum->available_minor));
    if (dry_run) {
        TRY(visit(db, a, now_ms, add_up, sum));
        return cover(db, &r, sum->minor);
    }
    if (now_ms >= begins_ms(now_ms)) {
        TRY(open_run(db, &r));
        reserves = !r.complete;
    }
    if (reserves) {
        TRY(payout_is_on(db, a, why));
        TRY(reserve(db, &r));
    }
    TRY(cover(db, &r, 0));
    enum rc rc = payout_send_reserved(db, a, now_ms, sum, why);
    return rc == RC_NOT_FOUND && reserves ? RC_OK : rc;
}

enum rc payout_run_get(struct db *db, struct arena *a, int64_t run_id, struct payout_run *out)
{
    return db_one(db, a, &q_run, ARGS(I64(run_id)), out);
}

enum rc payout_run_list(struct db *db, struct arena *a, struct payout_run_list *out)
{
    return DB_LIST(db, a, &q_runs, NO_ARGS, PAYOUT_RUNS_SHOWN, out);
}
