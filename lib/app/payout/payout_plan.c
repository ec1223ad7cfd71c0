/* Whom a run would pay now, in which order, and why it would not pay the others. payout_run.c does it; `payout_run
 * --dry-run` announces it. */
#include "app/payout/payout_plan.h"
#include "app/money/freeze.h"
#include "app/money/ledger.h"
#include "app/payout/concentration.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"

enum { SHORTEST_MONTH_DAYS = 28, PAGE_ARENA_BYTES = 16 << 20 };

/* What decides whether a creator is paid. */
struct creator {
    int64_t blocked, suspended_until_ms, created_ms, pay_below, account_ms, hold_id, last_payout,
        last_payout_ms;
    enum payee_state state;
    const char *handle, *provider, *holder, *iban_sealed, *iban_end, *reason;
};
SHAPE(creator_shape, struct creator, COLUMN(struct creator, blocked),
      COLUMN(struct creator, suspended_until_ms), COLUMN(struct creator, created_ms),
      COLUMN(struct creator, pay_below), COLUMN(struct creator, account_ms),
      COLUMN(struct creator, hold_id), COLUMN(struct creator, last_payout),
      COLUMN(struct creator, last_payout_ms), COLUMN(struct creator, handle),
      COLUMN(struct creator, provider), COLUMN_WORD(struct creator, state, payee_state),
      COLUMN(struct creator, holder), COLUMN(struct creator, iban_sealed),
      COLUMN(struct creator, iban_end), COLUMN(struct creator, reason));

STMT(
    q_creator, &creator_shape,
    "SELECT u.blocked, u.suspended_until_ms, u.created_ms, p.pay_below, p.account_ms, h.id AS hold_id, COALESCE(o.id, 0)"
    " AS last_payout, COALESCE(o.created_ms, 0) AS last_payout_ms, u.handle, p.provider, p.state,"
    " p.holder, p.iban_sealed, p.iban_end, h.reason"
    " FROM user u LEFT JOIN payee p ON p.user_id = u.id"
    " LEFT JOIN payout o ON o.id = (SELECT MAX(l.id) FROM payout l WHERE l.user_id = u.id"
    " AND l.state NOT IN ('failed', 'returned'))"
    " LEFT JOIN payout_hold h ON h.open_user_id = u.id WHERE u.id = ?");
STMT(q_on_its_way, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout"
     " WHERE state IN ('reserved', 'exported', 'sending', 'unknown') AND provider = ?");
STMT(q_today, &number_shape,
     "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS SIGNED) AS n FROM payout"
     " WHERE (created_ms >= ? OR first_try_ms >= ?) AND state <> 'failed'");

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
        return (struct judgement){ PAYOUT_HELD, "banned" };
    if (c->suspended_until_ms > now_ms)
        return (struct judgement){ PAYOUT_HELD, "suspended" };
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

/* What a report or decision freezes of their earnings has to be set aside first. */
static enum rc wait_for_freeze(struct db *db, struct arena *a, int64_t user_id, struct judgement *j)
{
    bool waits;

    TRY(freeze_waits(db, a, user_id, &waits));
    if (waits)
        *j = (struct judgement){ PAYOUT_HELD, "earnings are being frozen: run the job freeze" };
    return RC_OK;
}

static enum rc candidate_of(struct db *db, struct arena *a, int64_t user_id, int64_t payable_minor,
                            int64_t now_ms, struct payout_candidate *out)
{
    const char *obstacle;
    struct creator c;

    TRY(db_one(db, a, &q_creator, ARGS(I64(user_id)), &c));
    TRY(obstacle_of(a, user_id, &c, &obstacle));
    struct judgement j = judge(a, &c, payable_minor, now_ms, obstacle);
    if (j.standing == PAYOUT_DUE)
        TRY(wait_for_freeze(db, a, user_id, &j));
    *out = (struct payout_candidate){
        .user_id = user_id,
        .payable_minor = payable_minor,
        .pay_below = c.pay_below,
        .last_payout = c.last_payout,
        .last_payout_ms = c.last_payout_ms,
        .standing = j.standing,
        .handle = c.handle,
        .why = j.why,
        .holder = c.holder,
        .iban_end = c.iban_end,
        .iban_sealed = c.iban_sealed,
    };
    return RC_OK;
}

enum rc payout_candidate_get(struct db *db, struct arena *a, int64_t user_id, int64_t most_minor,
                             int64_t now_ms, struct payout_candidate *out)
{
    const struct ledger_account_ref payable = { ACCOUNT_CREATOR_PAYABLE, user_id };
    int64_t minor;

    TRY(ledger_balance(db, a, payable, pay_configured()->currency(), &minor));
    TRY(candidate_of(db, a, user_id, MIN_OF(minor, most_minor), now_ms, out));
    if (out->payable_minor <= 0)
        out->standing = PAYOUT_BELOW;
    return RC_OK;
}

/* The plan */

struct planning {
    struct arena *page; /* reset with every page of creators */
    int64_t now_ms;
    const char *currency;
    struct window {
        int64_t run_ms; /* of this run, of the one before, and so on */
        struct concentration_site site;
        bool is_read;
    } windows[CONCENTRATION_RUNS_MAX + 1];
    payout_told told;
    void *arg;
    struct payout_plan *plan;
    size_t room; /* of plan->items */
};

static void count(struct payout_sum *sum, const struct payout_candidate *c)
{
    switch (c->standing) {
    case PAYOUT_DUE: sum->payouts++, sum->minor += c->payable_minor; return;
    case PAYOUT_BELOW: sum->below++; return;
    case PAYOUT_REVIEW:
    case PAYOUT_HELD: sum->held++; return;
    case PAYOUT_NO_ACCOUNT: sum->without_payee++; return;
    case PAYOUT_WAITS: sum->waiting++; return;
    case PAYOUT_LEFT_OUT: sum->left_out++; return;
    }
}

static enum rc tell(struct db *db, struct planning *x, const struct payout_candidate *c)
{
    count(&x->plan->sum, c);
    return x->told(db, c, x->arg);
}

/* All that became payable since the creator's last payout, and is paid now: whoever lets money lie for some runs is
 * not looked at less. */
static enum rc window_of(struct db *db, struct planning *x, int64_t last_payout_ms,
                         struct concentration_period *period,
                         const struct concentration_site **site)
{
    size_t k = 1;

    while (k < CONCENTRATION_RUNS_MAX && last_payout_ms < x->windows[k].run_ms)
        k++;
    struct window *w = &x->windows[k];
    *period = (struct concentration_period){ w->run_ms - conf()->hold_days * DAY_MS, x->now_ms,
                                             x->currency };
    if (!w->is_read)
        TRY(concentration_site(db, x->page, period, &w->site));
    w->is_read = true;
    *site = &w->site;
    return RC_OK;
}

/* Does what is paid now look suspicious? */
static enum rc review(struct db *db, struct planning *x, struct payout_candidate *c)
{
    const struct concentration_site *site;
    struct concentration_period period;
    const char *reason;
    bool looked;

    TRY(hold_was_reviewed(db, x->page, c->user_id, x->now_ms - CONCENTRATION_AGAIN_DAYS * DAY_MS,
                          &looked));
    if (looked)
        return RC_OK;
    TRY(window_of(db, x, c->last_payout_ms, &period, &site));
    TRY(concentration_find(db, x->page, c->user_id, &period, site, conf()->payout_threshold_minor,
                           &reason));
    if (*reason)
        c->standing = PAYOUT_REVIEW, c->why = reason;
    return RC_OK;
}

static int by_waiting(const void *a, const void *b)
{
    const struct payout_planned *x = a, *y = b;

    if (x->since_ms != y->since_ms)
        return x->since_ms < y->since_ms ? -1 : 1;
    return (x->user_id > y->user_id) - (x->user_id < y->user_id);
}

static void sort(struct payout_plan *plan)
{
    qsort(plan->items, plan->n, sizeof *plan->items, by_waiting);
}

static struct payout_candidate of_planned(const struct payout_planned *p)
{
    return (struct payout_candidate){ .user_id = p->user_id,
                                      .payable_minor = p->minor,
                                      .since_ms = p->since_ms,
                                      .handle = p->handle,
                                      .why = "" };
}

static enum rc leave_out(struct db *db, struct planning *x, const struct payout_planned *p,
                         const char *why)
{
    struct payout_candidate c = of_planned(p);

    c.standing = PAYOUT_LEFT_OUT;
    c.why = why;
    x->plan->left_out++;
    x->plan->left_minor += p->minor;
    return tell(db, x, &c);
}

/* Keep those who have waited longest: the others are the first of the next run. */
static enum rc trim(struct db *db, struct planning *x)
{
    struct payout_plan *plan = x->plan;

    sort(plan);
    while (plan->n > PAYOUTS_MAX)
        TRY(leave_out(db, x, &plan->items[--plan->n],
                      "others have waited longer, and a run has at most 10,000 payouts"));
    return RC_OK;
}
static_assert(PAYOUTS_MAX == 10000, "trim says so, too");

static enum rc add(struct db *db, struct planning *x, const struct payout_candidate *c)
{
    const struct ledger_account_ref payable = { ACCOUNT_CREATOR_PAYABLE, c->user_id };
    const char *after = c->last_payout
                            ? arena_printf(x->page, "payout:%" PRId64 ":reserve", c->last_payout)
                            : "";
    struct payout_planned p = { c->user_id, c->payable_minor, x->now_ms, "" };
    enum rc rc = ledger_raised_ms(db, x->page, payable, x->currency, after, &p.since_ms);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    snprintf(p.handle, sizeof p.handle, "%s", c->handle);
    if (x->plan->n == x->room)
        TRY(trim(db, x));
    x->plan->items[x->plan->n++] = p;
    return RC_OK;
}

static enum rc look_at(struct db *db, struct planning *x, int64_t user_id, int64_t payable_minor)
{
    struct payout_candidate c;

    TRY(candidate_of(db, x->page, user_id, payable_minor, x->now_ms, &c));
    if (c.standing == PAYOUT_DUE)
        TRY(review(db, x, &c));
    return c.standing == PAYOUT_DUE ? add(db, x, &c) : tell(db, x, &c);
}

static enum rc look_at_all(struct db *db, struct planning *x)
{
    struct ledger_owner_list owners;
    int64_t after = 0;

    do {
        arena_reset(x->page);
        TRY(ledger_owners(db, x->page, ACCOUNT_CREATOR_PAYABLE, x->currency, 1, after,
                          PAYOUT_CANDIDATES, &owners));
        for (size_t i = 0; i < owners.n; i++) {
            after = owners.items[i].owner_id;
            TRY(look_at(db, x, owners.items[i].owner_id, owners.items[i].minor));
        }
    } while (owners.n);
    return RC_OK;
}

/* Those who fit into the day's maximum and into the account, in their order. Who does not fit waits alone:
 * nobody waits for another's larger sum. */
static enum rc fit(struct db *db, struct planning *x)
{
    struct payout_plan *plan = x->plan;
    size_t all = plan->n;

    plan->n = 0;
    for (size_t i = 0; i < all; i++) {
        struct payout_planned p = plan->items[i];
        const char *why = p.minor > plan->day_minor
                              ? "more than payout_daily_max_minor leaves today"
                          : p.minor > plan->cover_minor ? "more than the account has left"
                                                        : NULL;
        if (why) {
            TRY(leave_out(db, x, &p, why));
            continue;
        }
        plan->day_minor -= p.minor;
        plan->cover_minor -= p.minor;
        plan->items[plan->n++] = p;
        struct payout_candidate c = of_planned(&p);
        TRY(tell(db, x, &c));
    }
    return RC_OK;
}

static enum rc make(struct db *db, struct arena *a, struct planning *x,
                    const struct payout_driver *driver)
{
    struct payout_plan *plan = x->plan;
    int64_t day_ms = x->now_ms / DAY_MS * DAY_MS, on_its_way, today;

    TRY(driver->balance(db, a, &plan->sum.available_minor));
    TRY(db_number(db, a, &q_on_its_way, ARGS(STR(driver->name)), &on_its_way));
    TRY(db_number(db, a, &q_today, ARGS(I64(day_ms), I64(day_ms)), &today));
    plan->cover_minor = MAX_OF(plan->sum.available_minor - on_its_way, 0);
    plan->day_minor = MAX_OF(conf()->payout_daily_max_minor - today, 0);
    TRY(look_at_all(db, x));
    TRY(trim(db, x));
    return fit(db, x);
}

enum rc payout_plan(struct db *db, struct arena *a, int64_t now_ms, payout_told told, void *arg,
                    struct payout_plan *out, struct problem *why)
{
    const struct pay_driver *provider = pay_configured();
    const struct payout_driver *driver = provider ? payout_driver(provider->name) : NULL;

    *out = (struct payout_plan){ 0 };
    if (driver == NULL)
        return refuse(why, RC_NOT_FOUND, NULL, "This provider makes no payouts.");
    struct planning x = {
        .page = arena_new(PAGE_ARENA_BYTES),
        .now_ms = now_ms,
        .currency = provider->currency(),
        .told = told,
        .arg = arg,
        .plan = out,
        .room = (size_t)PAYOUTS_MAX * 2,
    };
    x.windows[0].run_ms = payout_begins_ms(now_ms);
    for (size_t k = 1; k < COUNT(x.windows); k++)
        x.windows[k].run_ms = payout_begins_ms(x.windows[k - 1].run_ms -
                                               SHORTEST_MONTH_DAYS * DAY_MS);
    out->currency = x.currency;
    out->items = arena_array(a, struct payout_planned, x.room);
    enum rc rc = make(db, a, &x, driver);
    arena_free(x.page);
    return rc;
}

const char *payout_plan_shortage(struct arena *a, const struct payout_plan *plan)
{
    return arena_printf(a,
                        "%s: %" PRId64
                        " payouts, together %s, do not fit into the account, which has"
                        " %s for them, or into what payout_daily_max_minor leaves today (%s).",
                        plan->n ? "Some have to wait" : "Nothing is paid", plan->left_out,
                        fmt_money(a, plan->left_minor, plan->currency),
                        fmt_money(a, plan->cover_minor, plan->currency),
                        fmt_money(a, plan->day_minor, plan->currency));
}

enum rc payout_covered(struct db *db, struct arena *a, const struct payout_driver *driver,
                       int64_t available_minor, struct problem *why)
{
    int64_t on_its_way;

    TRY(db_number(db, a, &q_on_its_way, ARGS(STR(driver->name)), &on_its_way));
    if (on_its_way <= MAX_OF(available_minor, 0))
        return RC_OK;
    return refuse(why, RC_DENIED, NULL,
                  arena_printf(a,
                               "Nothing more is paid: %s are on their way, and the account has only"
                               " %s.",
                               fmt_money(a, on_its_way, pay_configured()->currency()),
                               fmt_money(a, available_minor, pay_configured()->currency())));
}
