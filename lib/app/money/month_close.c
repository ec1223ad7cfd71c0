/* The half of month.h that closes months: one transaction divides the money and stores the result,
 * then chunks of it are posted to the ledger. */
#include "app/money/freeze.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/month_units.h"
#include "app/money/policy.h"
#include "app/money/uplift.h"
#include "base/clock.h"
#include "base/conf.h"
#include "io/rows.h"

enum { TRY_ARENA_BYTES = 256 << 20, CLOSE_HOUR = 2 };

static const struct ledger_account_ref idle = { ACCOUNT_IDLE, 0 }, pool = { ACCOUNT_POOL, 0 },
                                       platform = { ACCOUNT_PLATFORM, 0 };

struct settled_by {
    int64_t policy_id, units, given_minor, idle_minor;
};
struct settled_list {
    struct settled_by *items;
    size_t n;
};
SHAPE(settled_shape, struct settled_by, COLUMN(struct settled_by, policy_id),
      COLUMN(struct settled_by, units), COLUMN(struct settled_by, given_minor),
      COLUMN(struct settled_by, idle_minor));
struct earned_by {
    int64_t creator_id, minor, share_bp, given_minor,
        platform_minor; /* the last two: of each unit */
};
SHAPE(earned_shape, struct earned_by, COLUMN(struct earned_by, creator_id),
      COLUMN(struct earned_by, minor), COLUMN(struct earned_by, share_bp),
      COLUMN(struct earned_by, given_minor), COLUMN(struct earned_by, platform_minor));
struct share {
    int64_t unit_id, creator_id, minor;
};
struct share_list {
    struct share *items;
    size_t n;
};
SHAPE(share_shape, struct share, COLUMN(struct share, unit_id), COLUMN(struct share, creator_id),
      COLUMN(struct share, minor));

/* Units in another currency than the books' (of sites that once changed it) are not added to them. */
#define IN_BOOKS "u.currency = (SELECT currency FROM ledger_currency WHERE id = 1)"
#define OF_MONTH "u.settled_ms >= ? AND u.settled_ms < ? AND " IN_BOOKS
STMT(q_first, &number_shape,
     "SELECT COALESCE(MIN(settled_ms), 0) AS n FROM unit WHERE settled_ms > 0");
STMT(
    q_add, NULL,
    "INSERT INTO month_close (month, currency, units, earned_minor, idle_in_minor, uplift_minor,"
    " pool_minor, scaled_minor, idle_out_minor, closed_ms) VALUES (?, '', 0, 0, 0, 0, 0, 0, 0, ?)");
STMT(q_set, NULL,
     "UPDATE month_close SET currency = ?, units = ?, earned_minor = ?, idle_in_minor = ?,"
     " uplift_minor = ?, platform_minor = ?, pool_minor = ?, scaled_minor = ?, idle_out_minor = ?"
     " WHERE month = ?");
STMT(q_posted, NULL, "UPDATE month_close SET posted_ms = ? WHERE month = ? AND posted_ms = 0");
STMT(q_settled, &settled_shape,
     "SELECT policy_id, COUNT(*) AS units,"
     " CAST(SUM(creators_minor - idle_minor) AS SIGNED) AS given_minor,"
     " CAST(SUM(idle_minor) AS SIGNED) AS idle_minor FROM unit u"
     " WHERE " OF_MONTH " GROUP BY policy_id ORDER BY policy_id");
STMT(q_idle_later, &number_shape,
     "SELECT CAST(COALESCE(SUM(idle_minor), 0) AS SIGNED) AS n FROM unit u WHERE settled_ms >= ?"
     " AND " IN_BOOKS);
STMT(q_earned, &earned_shape,
     "SELECT s.creator_id, CAST(SUM(s.amount_minor - s.reversed_minor) AS SIGNED) AS minor,"
     " p.share_bp, u.creators_minor - u.idle_minor AS given_minor, u.platform_minor"
     " FROM unit u JOIN policy p ON p.id = u.policy_id AND p.rule = 'user' JOIN unit_share s"
     " ON s.unit_id = u.id WHERE " OF_MONTH " AND s.amount_minor > 0"
     " GROUP BY p.share_bp, given_minor, u.platform_minor, s.creator_id"
     " ORDER BY p.share_bp, given_minor, u.platform_minor, s.creator_id");
STMT(q_set_shares, NULL,
     "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (unit_id BIGINT PATH '$[0]',"
     " creator_id BIGINT PATH '$[1]', minor BIGINT PATH '$[2]')) r STRAIGHT_JOIN unit_share s"
     " ON s.unit_id = r.unit_id AND s.creator_id = r.creator_id SET s.amount_minor = r.minor");
STMT(q_add_uplifts, NULL,
     "INSERT INTO month_uplift (month, creator_id, earned_minor, amount_minor) SELECT month,"
     " creator_id, earned, amount FROM JSON_TABLE(?, '$[*]' COLUMNS (month INT PATH '$[0]',"
     " creator_id BIGINT PATH '$[1]', earned BIGINT PATH '$[2]', amount BIGINT PATH '$[3]')) r");
STMT(q_uplifts, &share_shape,
     "SELECT 0 AS unit_id, creator_id, amount_minor AS minor FROM month_uplift WHERE month = ?"
     " AND creator_id > ? AND amount_minor > 0 ORDER BY creator_id LIMIT 1000");
STMT(q_shares, &share_shape,
     "SELECT s.unit_id, s.creator_id, s.amount_minor AS minor FROM unit u JOIN policy p"
     " ON p.id = u.policy_id AND p.rule = 'scaled' JOIN unit_share s ON s.unit_id = u.id"
     " WHERE " OF_MONTH " AND s.amount_minor > 0"
     " AND (s.unit_id > ? OR (s.unit_id = ? AND s.creator_id > ?))"
     " ORDER BY s.unit_id, s.creator_id LIMIT 1000");
static_assert(DB_ROWS_MAX == 10000 && LEDGER_LEGS_MAX == 1000, "both stand in the statements");

/* A month being closed. */
struct closing {
    struct arena *a; /* of one try */
    struct month m;
    int64_t from_ms, to_ms;
    bool dry_run;
    int64_t idle_platform; /* the idle money that the units' terms give to the platform */
    int64_t in_pool;
    bool has_pool;
    struct uplift uplift;               /* of the rule user */
    struct contribution *contributions; /* by unit */
    size_t contributions_n;
    struct tally_list out; /* dry run: what creators would get */
};

/* Add up the units settled in the month, by their terms. */
static enum rc add_up_units(struct db *db, struct closing *c)
{
    struct settled_list list;

    TRY(DB_LIST(db, c->a, &q_settled, ARGS(I64(c->from_ms), I64(c->to_ms)), DB_ROWS_MAX, &list));
    for (const struct settled_by *s = list.items; s < list.items + list.n; s++) {
        struct policy p;
        TRY(policy_get(db, c->a, s->policy_id, &p));
        c->m.units += s->units;
        if (p.idle == IDLE_PLATFORM)
            c->idle_platform += s->idle_minor;
        if (p.rule == RULE_SCALED) {
            c->in_pool += s->given_minor;
            c->has_pool = true;
        }
    }
    return RC_OK;
}

/* The balance of the idle account without units that were settled later. */
static enum rc find_idle(struct db *db, struct closing *c)
{
    int64_t later, now;

    TRY(ledger_sum(db, c->a, idle, c->m.currency, &now));
    TRY(db_number(db, c->a, &q_idle_later, ARGS(I64(c->to_ms)), &later));
    c->m.idle_in_minor = now - later;
    return RC_OK;
}

static enum rc take_earned(const void *row, void *arg)
{
    const struct earned_by *e = row;
    struct closing *c = arg;
    const struct uplift_terms terms = { e->share_bp, e->given_minor, e->platform_minor };

    uplift_add(&c->uplift, &terms, e->creator_id, e->minor);
    c->m.earned_minor += e->minor;
    return RC_OK;
}

static enum rc read_earned(struct db *db, struct closing *c)
{
    c->uplift.a = c->a;
    return db_each(db, c->a, &q_earned, ARGS(I64(c->from_ms), I64(c->to_ms)), take_earned, c);
}

static void give(struct closing *c, int64_t creator_id, int64_t minor)
{
    if (c->dry_run)
        tally_add(c->a, &c->out, creator_id, minor);
}

static enum rc divide_idle(struct db *db, struct closing *c)
{
    int64_t there = MAX_OF(c->m.idle_in_minor, 0);
    struct rows rows = { .a = c->a };
    struct tally_list earned, raised;

    c->m.platform_minor = MIN_OF(c->idle_platform, there);
    c->m.uplift_minor = uplift_divide(&c->uplift, there - c->m.platform_minor, &earned, &raised);
    c->m.idle_out_minor = c->m.idle_in_minor - c->m.platform_minor - c->m.uplift_minor;
    for (size_t i = 0; i < earned.n; i++) {
        rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, c->m.month,
                  earned.items[i].creator_id, earned.items[i].minor, raised.items[i].minor);
        give(c, raised.items[i].creator_id, raised.items[i].minor);
    }
    return c->dry_run ? RC_OK : rows_run(db, &q_add_uplifts, &rows, NULL);
}

static int by_id(const void *x, const void *y)
{
    const struct contribution *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

/* Divide each unit's contribution among the creators that it watched. */
static enum rc divide_shares(struct db *db, struct arena *a, void *arg,
                             const struct unit_share *shares, size_t n)
{
    struct closing *c = arg;
    struct rows rows = { .a = a };

    for (size_t from = 0, to; from < n; from = to) {
        to = month_unit_end(shares, n, from);
        struct contribution key = { .id = shares[from].unit_id };
        const struct contribution *unit = LOOK_UP(&key, c->contributions, c->contributions_n,
                                                  by_id);
        assert(unit);
        const struct part *parts = month_divide(a, unit->amount, &shares[from], to - from);
        for (const struct part *p = parts; p < parts + (to - from); p++) {
            rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64, unit->id, p->id, p->amount);
            give(c, p->id, p->amount);
            c->m.scaled_minor += p->amount;
        }
    }
    return c->dry_run ? RC_OK : rows_run(db, &q_set_shares, &rows, NULL);
}

/* Divide the pool together with the idle money that the uplift left. */
static enum rc divide_pool(struct db *db, struct closing *c)
{
    struct month_unit_list units;

    if (!c->has_pool)
        return RC_OK;
    c->m.pool_minor = MAX_OF(c->in_pool + c->m.idle_out_minor, 0);
    TRY(month_units(db, c->a, c->m.month, true, &units));
    c->contributions = month_contributions(c->a, &units);
    c->contributions_n = units.n;
    divide_scaled(c->m.pool_minor, c->contributions, units.n);
    SORT(c->contributions, units.n, by_id);
    TRY(month_watched(db, c->m.month, true, divide_shares, c));
    c->m.idle_out_minor += c->in_pool - c->m.scaled_minor;
    return RC_OK;
}

static enum rc write_month(struct db *db, const struct month *m)
{
    return db_run(db, &q_set,
                  ARGS(STR(m->currency), I64(m->units), I64(m->earned_minor), I64(m->idle_in_minor),
                       I64(m->uplift_minor), I64(m->platform_minor), I64(m->pool_minor),
                       I64(m->scaled_minor), I64(m->idle_out_minor), I64(m->month)),
                  NULL);
}

/* The month's row is written first: from then on the units settled in it do not change. */
static enum rc close_month(struct db *db, void *arg)
{
    struct closing *c = arg, begun = { .a = c->a, .dry_run = c->dry_run };

    arena_reset(c->a);
    begun.m = (struct month){ .month = c->m.month, .closed_ms = c->m.closed_ms };
    *c = begun;
    month_span(c->m.month, &c->from_ms, &c->to_ms);
    if (!c->dry_run)
        TRY(db_run(db, &q_add, ARGS(I64(c->m.month), I64(c->m.closed_ms)), NULL));
    TRY(ledger_currency(db, c->a, &c->m.currency));
    TRY(add_up_units(db, c));
    TRY(find_idle(db, c));
    TRY(read_earned(db, c));
    TRY(divide_idle(db, c));
    TRY(divide_pool(db, c));
    return c->dry_run ? RC_OK : write_month(db, &c->m);
}

/* Posting */

struct chunk {
    struct arena *a;
    const struct month *m;
    int64_t k;
    struct ledger_leg *legs;
    size_t n;
};

static enum rc post(struct db *db, void *arg)
{
    const struct chunk *c = arg;
    const struct posting p = {
        .ikey = arena_printf(c->a, "close:%" PRId64 ":%" PRId64, c->m->month, c->k),
        .kind = "close",
        .ref_type = "month",
        .ref_id = arena_printf(c->a, "%" PRId64, c->m->month),
        .effective_ms = c->m->closed_ms,
        .currency = c->m->currency,
        .legs = c->legs,
        .n = c->n,
    };
    return ledger_post(db, c->a, &p);
}

static enum rc post_chunk(struct db *db, struct chunk *c)
{
    if (c->n == 0)
        return RC_OK;
    c->k++;
    return db_transact(db, post, c);
}

static void add_leg(struct chunk *c, struct ledger_account_ref debit,
                    struct ledger_account_ref credit, int64_t minor, int64_t unit_id)
{
    if (minor > 0)
        c->legs[c->n++] = (struct ledger_leg){ debit, credit, minor, unit_id };
}

static enum rc post_site(struct db *db, struct chunk *c)
{
    const struct month *m = c->m;
    int64_t to_pool = m->idle_in_minor - m->platform_minor - m->uplift_minor - m->idle_out_minor;

    c->n = 0;
    add_leg(c, idle, platform, m->platform_minor, 0);
    add_leg(c, idle, pool, to_pool, 0);
    add_leg(c, pool, idle, -to_pool, 0);
    return post_chunk(db, c);
}

static enum rc post_shares(struct db *db, struct chunk *c, struct ledger_account_ref from,
                           const struct share_list *page)
{
    c->n = 0;
    for (const struct share *s = page->items; s < page->items + page->n; s++)
        add_leg(c, from, (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, s->creator_id },
                s->minor, s->unit_id);
    return post_chunk(db, c);
}

/* The month's rows no longer change, so each chunk is the same whenever it is posted. */
static enum rc post_month(struct db *db, struct arena *a, const struct month *m, int64_t now_ms)
{
    struct ledger_leg legs[LEDGER_LEGS_MAX];
    struct chunk c = { .a = a, .m = m, .legs = legs };
    struct share_list page = { 0 };
    struct share last = { 0 };
    int64_t from_ms, to_ms;
    bool scaled = false;

    month_span(m->month, &from_ms, &to_ms);
    TRY(post_site(db, &c));
    do {
        arena_reset(a);
        TRY(DB_LIST(db, a, &q_uplifts, ARGS(I64(m->month), I64(last.creator_id)), LEDGER_LEGS_MAX,
                    &page));
        TRY(post_shares(db, &c, idle, &page));
        last = page.n ? page.items[page.n - 1] : (struct share){ 0 };
    } while (page.n);
    do {
        arena_reset(a);
        TRY(DB_LIST(db, a, &q_shares,
                    ARGS(I64(from_ms), I64(to_ms), I64(last.unit_id), I64(last.unit_id),
                         I64(last.creator_id)),
                    LEDGER_LEGS_MAX, &page));
        TRY(post_shares(db, &c, pool, &page));
        last = page.n ? page.items[page.n - 1] : last;
        scaled = scaled || page.n;
    } while (page.n);
    if (scaled)
        TRY(freeze_again(db, now_ms));
    return db_run(db, &q_posted, ARGS(I64(now_ms), I64(m->month)), NULL);
}

/* Which month is next */

static bool is_due(int64_t month, int64_t now_ms)
{
    int64_t from_ms, to_ms;

    month_span(month, &from_ms, &to_ms);
    return now_ms >= to_ms + (conf()->close_day - 1) * DAY_MS + CLOSE_HOUR * HOUR_MS;
}

/* *latest: the latest closed month (month 0: none), perhaps not posted yet; *month: the one to
 * close after it, 0: none. */
static enum rc find_next(struct db *db, struct arena *a, struct month *latest, int64_t *month)
{
    struct month_list months;
    int64_t first_ms, from_ms, to_ms;

    *latest = (struct month){ 0 };
    TRY(month_list(db, a, &months));
    if (months.n) {
        *latest = months.items[0];
        month_span(latest->month, &from_ms, &to_ms);
        *month = month_of(to_ms);
        return RC_OK;
    }
    TRY(db_number(db, a, &q_first, NO_ARGS, &first_ms));
    *month = first_ms ? month_of(first_ms) : 0;
    return RC_OK;
}

static void report(struct arena *a, const struct closing *c, struct month *last,
                   struct tally_list *by_creator)
{
    *last = c->m;
    last->currency = arena_str(a, c->m.currency);
    *by_creator = (struct tally_list){ 0 };
    for (size_t i = 0; i < c->out.n; i++)
        tally_add(a, by_creator, c->out.items[i].creator_id, c->out.items[i].minor);
    tally_sum(by_creator);
}

enum rc month_due(struct db *db, struct arena *a, int64_t now_ms, int64_t *month)
{
    struct month latest;

    TRY(find_next(db, a, &latest, month));
    return *month && is_due(*month, now_ms) ? RC_OK : RC_NOT_FOUND;
}

enum rc month_plan(struct db *db, struct arena *a, int64_t now_ms, struct month *out,
                   struct tally_list *by_creator)
{
    struct closing c = { .dry_run = true };
    int64_t month;

    TRY(month_due(db, a, now_ms, &month));
    c.a = arena_new(TRY_ARENA_BYTES);
    c.m = (struct month){ .month = month, .closed_ms = now_ms };
    enum rc rc = db_transact(db, close_month, &c);
    if (rc == RC_OK)
        report(a, &c, out, by_creator);
    arena_free(c.a);
    return rc;
}

static enum rc close_all(struct db *db, struct arena *a, struct arena *try_arena, int64_t now_ms,
                         int64_t max, int64_t *closed, struct month *last)
{
    struct month latest;
    int64_t month;
    enum rc rc;

    while (*closed < max) {
        TRY(find_next(db, a, &latest, &month));
        if (latest.month && latest.posted_ms == 0) {
            TRY(post_month(db, try_arena, &latest, now_ms));
            *last = latest;
            ++*closed;
            continue;
        }
        if (month == 0 || !is_due(month, now_ms))
            return *closed ? RC_OK : RC_NOT_FOUND;
        struct closing c = { .a = try_arena, .m = { .month = month, .closed_ms = now_ms } };
        rc = db_transact(db, close_month, &c);
        if (rc != RC_OK && rc != RC_CONFLICT) /* another process was faster */
            return rc;
    }
    return RC_OK;
}

enum rc month_close_due(struct db *db, struct arena *a, int64_t now_ms, int64_t max,
                        int64_t *closed, struct month *last)
{
    struct arena *try_arena = arena_new(TRY_ARENA_BYTES);

    *closed = 0;
    enum rc rc = close_all(db, a, try_arena, now_ms, max, closed, last);
    arena_free(try_arena);
    return rc;
}
