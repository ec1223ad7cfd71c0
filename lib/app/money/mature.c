/* The half of settle.h that makes earnings payable: mature_run(). */
#include "app/money/freeze.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/policy.h"
#include "app/money/settle.h"
#include "base/clock.h"
#include "io/rows.h"

enum { TRY_ARENA_BYTES = 256 << 20 };

struct held {
    int64_t n, creator_id, minor; /* n: position of the unit in the query's argument, from 1 */
};
struct held_list {
    struct held *items;
    size_t n;
};
SHAPE(held_shape, struct held, COLUMN(struct held, n), COLUMN(struct held, creator_id),
      COLUMN(struct held, minor));
struct closed {
    int64_t month, closed_ms;
    const char *currency;
};
SHAPE(closed_shape, struct closed, COLUMN(struct closed, month), COLUMN(struct closed, closed_ms),
      COLUMN(struct closed, currency));

STMT(q_least_hold, &number_shape, "SELECT COALESCE(MIN(hold_days), 0) AS n FROM policy");
STMT(q_posted, &number_shape,
     "SELECT COALESCE(MAX(month), 0) AS n FROM month_close WHERE posted_ms > 0");
STMT(q_shares, &held_shape,
     "SELECT r.n, s.creator_id, s.amount_minor - s.reversed_minor AS minor FROM JSON_TABLE(?,"
     " '$[*]' COLUMNS (n FOR ORDINALITY, unit_id BIGINT PATH '$[0]')) r STRAIGHT_JOIN unit_share s"
     " ON s.unit_id = r.unit_id AND s.amount_minor > s.reversed_minor"
     " ORDER BY r.n, s.creator_id LIMIT 10000");
STMT(q_matured, NULL,
     "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', now_ms BIGINT PATH '$[1]')) r"
     " STRAIGHT_JOIN unit u ON u.id = r.id SET u.matured_ms = r.now_ms");
STMT(q_month, &closed_shape,
     "SELECT month, closed_ms, currency FROM month_close WHERE month > ? AND posted_ms > 0"
     " AND matured_ms = 0 ORDER BY month LIMIT 1 FOR UPDATE SKIP LOCKED");
STMT(q_hold_of_month, &number_shape,
     "SELECT COALESCE(MAX(p.hold_days), 0) AS n FROM unit u JOIN policy p ON p.id = u.policy_id"
     " WHERE u.settled_ms >= ? AND u.settled_ms < ?");
STMT(q_uplifts, &held_shape,
     "SELECT 0 AS n, creator_id, amount_minor - reversed_minor AS minor FROM month_uplift"
     " WHERE month = ? AND creator_id > ? AND amount_minor > reversed_minor"
     " ORDER BY creator_id LIMIT 1000");
STMT(q_month_matured, NULL, "UPDATE month_close SET matured_ms = ? WHERE month = ?");
static_assert(DB_ROWS_MAX == 10000 && LEDGER_LEGS_MAX == 1000, "both stand in the statements");

struct batch {
    struct arena *a; /* of one try */
    int64_t now_ms, settled_before, posted_month;
    bool dry_run;
    struct unit_walk walk;
    struct unit_list units;
    struct policy_list terms;
    int64_t month, next_month; /* the last one taken; the one this try took, 0: none */
    struct matured sum;        /* of this batch */
    struct arena *run_arena;
    struct matured *run; /* of all committed batches */
};

static void committed(void *arg)
{
    const struct batch *b = arg;

    b->run->units += b->sum.units;
    b->run->months += b->sum.months;
    b->run->minor += b->sum.minor;
    for (const struct tally *e = b->sum.earned.items; e < b->sum.earned.items + b->sum.earned.n;
         e++)
        tally_add(b->run_arena, &b->run->earned, e->creator_id, e->minor);
}

static void begin(struct batch *b)
{
    arena_reset(b->a);
    b->sum = (struct matured){ 0 };
    b->terms = (struct policy_list){ 0 };
}

static void add_leg(struct batch *b, struct posting *p, struct ledger_leg *legs,
                    const struct held *h, int64_t unit_id)
{
    legs[p->n++] = (struct ledger_leg){ { ACCOUNT_CREATOR_HELD, h->creator_id },
                                        { ACCOUNT_CREATOR_PAYABLE, h->creator_id },
                                        h->minor,
                                        unit_id };
    b->sum.minor += h->minor;
    if (b->dry_run)
        tally_add(b->a, &b->sum.earned, h->creator_id, h->minor);
}

/* Units */

/* Under the rule scaled the shares are only known once the month is closed. */
static enum rc is_due(struct db *db, struct batch *b, const struct unit *u, bool *due)
{
    const struct policy *p;

    TRY(policy_keep(db, b->a, &b->terms, u->policy_id, &p));
    *due = u->settled_ms + p->hold_days * DAY_MS <= b->now_ms &&
           (p->rule == RULE_USER || month_of(u->settled_ms) <= b->posted_month);
    return RC_OK;
}

static enum rc leave_undue(struct db *db, struct batch *b)
{
    size_t kept = 0;
    bool due;

    for (size_t i = 0; i < b->units.n; i++) {
        TRY(is_due(db, b, &b->units.items[i], &due));
        if (due)
            b->units.items[kept++] = b->units.items[i];
    }
    b->units.n = kept;
    return RC_OK;
}

static void add_posting(struct batch *b, const struct unit *u, const struct held *held, size_t n,
                        struct posting *p)
{
    struct ledger_leg *legs = arena_array(b->a, struct ledger_leg, n);

    *p = (struct posting){
        .ikey = arena_printf(b->a, "mature:%" PRId64, u->id),
        .kind = "mature",
        .ref_type = "unit",
        .ref_id = arena_printf(b->a, "%" PRId64, u->id),
        .effective_ms = b->now_ms,
        .currency = u->currency,
        .legs = legs,
    };
    for (size_t i = 0; i < n; i++)
        add_leg(b, p, legs, &held[i], u->id);
}

/* Mature the units from `first` up to *end, the first unit that no longer fits one result set. */
static enum rc mature_from(struct db *db, struct batch *b, size_t first, size_t *end)
{
    struct posting *postings = arena_array(b->a, struct posting, SETTLE_BATCH);
    struct rows asked = { .a = b->a }, matured = { .a = b->a };
    struct held_list held;
    size_t row = 0, n = 0;

    for (size_t i = first; i < b->units.n; i++)
        rows_addf(&asked, "%" PRId64, b->units.items[i].id);
    TRY(DB_LIST(db, b->a, &q_shares, ARGS(STR(rows_page(&asked, 0))), DB_ROWS_MAX, &held));
    *end = held.n < DB_ROWS_MAX ? b->units.n : first + (size_t)held.items[held.n - 1].n - 1;
    for (size_t i = first; i < *end; i++) {
        size_t from = row;
        while (row < held.n && held.items[row].n == (int64_t)(i - first) + 1)
            row++;
        if (row > from)
            add_posting(b, &b->units.items[i], &held.items[from], row - from, &postings[n++]);
        rows_addf(&matured, "%" PRId64 ",%" PRId64, b->units.items[i].id, b->now_ms);
        b->sum.units++;
    }
    if (b->dry_run)
        return RC_OK;
    TRY(ledger_post_all(db, b->a, postings, n));
    return rows_run(db, &q_matured, &matured, NULL);
}

static enum rc mature_batch(struct db *db, void *arg)
{
    struct batch *b = arg;

    begin(b);
    TRY(unit_claim_settled(db, b->a, b->settled_before, &b->walk.last, b->walk.max, &b->units));
    if (b->units.n)
        b->walk.next = b->units.items[b->units.n - 1];
    TRY(leave_undue(db, b));
    int64_t *ids = arena_array(b->a, int64_t, b->units.n);
    for (size_t i = 0; i < b->units.n; i++)
        ids[i] = b->units.items[i].id;
    if (!b->dry_run)
        TRY(freeze_lift(db, b->a, ids, b->units.n, b->now_ms));
    for (size_t done = 0; done < b->units.n;)
        TRY(mature_from(db, b, done, &done));
    return b->dry_run ? RC_OK : freeze_sync(db, b->a, ids, b->units.n, b->now_ms);
}

/* Months */

static enum rc mature_uplifts(struct db *db, struct batch *b, const struct closed *m)
{
    struct held_list page;
    int64_t after = 0;

    for (int chunk = 1; true; chunk++) {
        TRY(DB_LIST(db, b->a, &q_uplifts, ARGS(I64(m->month), I64(after)), LEDGER_LEGS_MAX, &page));
        if (page.n == 0)
            return RC_OK;
        struct ledger_leg *legs = arena_array(b->a, struct ledger_leg, page.n);
        struct posting p = {
            .ikey = arena_printf(b->a, "mature:close:%" PRId64 ":%d", m->month, chunk),
            .kind = "mature",
            .ref_type = "month",
            .ref_id = arena_printf(b->a, "%" PRId64, m->month),
            .effective_ms = b->now_ms,
            .currency = m->currency,
            .legs = legs,
        };
        for (size_t i = 0; i < page.n; i++)
            add_leg(b, &p, legs, &page.items[i], 0);
        after = page.items[page.n - 1].creator_id;
        if (!b->dry_run)
            TRY(ledger_post(db, b->a, &p));
    }
}

static enum rc mature_month(struct db *db, void *arg)
{
    struct batch *b = arg;
    int64_t from_ms, to_ms;
    struct closed m;
    int64_t hold_days;

    begin(b);
    b->next_month = 0;
    enum rc rc = db_one(db, b->a, &q_month, ARGS(I64(b->month)), &m);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    month_span(m.month, &from_ms, &to_ms);
    TRY(db_number(db, b->a, &q_hold_of_month, ARGS(I64(from_ms), I64(to_ms)), &hold_days));
    if (m.closed_ms + hold_days * DAY_MS > b->now_ms)
        return RC_OK;
    TRY(mature_uplifts(db, b, &m));
    if (!b->dry_run)
        TRY(db_run(db, &q_month_matured, ARGS(I64(b->now_ms), I64(m.month)), NULL));
    b->sum.months = 1;
    b->next_month = m.month;
    return RC_OK;
}

static enum rc mature_months(struct db *db, struct batch *b)
{
    do {
        TRY(db_transact(db, mature_month, b));
        committed(b);
        b->month = b->next_month;
    } while (b->next_month);
    return RC_OK;
}

static enum rc find_limits(struct db *db, struct batch *b)
{
    int64_t hold_days;

    TRY(db_number(db, b->run_arena, &q_least_hold, NO_ARGS, &hold_days));
    b->settled_before = b->now_ms - hold_days * DAY_MS + 1;
    return db_number(db, b->run_arena, &q_posted, NO_ARGS, &b->posted_month);
}

enum rc mature_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                   struct matured *sum)
{
    struct batch b = { .now_ms = now_ms, .dry_run = dry_run, .run_arena = a, .run = sum };

    *sum = (struct matured){ 0 };
    TRY(find_limits(db, &b));
    b.a = arena_new(TRY_ARENA_BYTES);
    b.walk = (struct unit_walk){
        .max = SETTLE_BATCH, .batch = mature_batch, .committed = committed, .arg = &b
    };
    enum rc units = unit_walk(db, &b.walk), months = mature_months(db, &b);
    arena_free(b.a);
    tally_sum(&sum->earned);
    return units == RC_OK ? months : units;
}
