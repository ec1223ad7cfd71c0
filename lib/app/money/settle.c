#include "app/money/settle.h"
#include "app/money/freeze.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/money/policy.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "io/rows.h"

enum { TRY_ARENA_BYTES = 256 << 20 };

static const struct ledger_account_ref deferred = { ACCOUNT_DEFERRED, 0 },
                                       pool = { ACCOUNT_POOL, 0 }, idle = { ACCOUNT_IDLE, 0 },
                                       platform = { ACCOUNT_PLATFORM, 0 };

static struct ledger_account_ref held_by(int64_t creator_id)
{
    return (struct ledger_account_ref){ ACCOUNT_CREATOR_HELD, creator_id };
}

struct watched {
    int64_t n, creator_id, seconds; /* n: position of the unit in the query's argument, from 1 */
};
struct watched_list {
    struct watched *items;
    size_t n;
};
SHAPE(watched_shape, struct watched, COLUMN(struct watched, n), COLUMN(struct watched, creator_id),
      COLUMN(struct watched, seconds));

STMT(q_all_before, &number_shape, "SELECT COALESCE(MIN(all_before_ms), ?) AS n FROM watch_node");
STMT(q_held_up, &number_shape,
     "SELECT COUNT(*) AS n FROM unit WHERE settled_ms = 0 AND frozen = 0 AND ends_ms >= ?"
     " AND ends_ms < ?");
STMT(q_uncounted, &number_shape,
     "SELECT r.n FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, user_id BIGINT PATH '$[1]',"
     " last_day INT PATH '$[2]')) r WHERE EXISTS (SELECT 1 FROM watch_dirty d"
     " WHERE d.user_id = r.user_id AND d.day <= r.last_day) ORDER BY r.n");
/* Added up by creator first, from the index watch_day_for_unit alone: a month has many rows. */
STMT(
    q_watched, &watched_shape,
    "SELECT n, creator_id, seconds FROM (SELECT t.n, t.creator_id,"
    " CAST(t.ms DIV 1000 AS SIGNED) AS seconds, ROW_NUMBER() OVER (PARTITION BY t.n"
    " ORDER BY t.ms DIV 1000 DESC, t.creator_id) AS place"
    " FROM (SELECT r.n, r.user_id, w.creator_id, SUM(w.credited_ms) AS ms"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, unit_id BIGINT PATH '$[0]',"
    " user_id BIGINT PATH '$[1]')) r STRAIGHT_JOIN watch_day w ON w.unit_id = r.unit_id"
    " AND w.credited_ms > 0 LEFT JOIN video i ON i.id = w.video_id"
    " WHERE COALESCE(i.state, '') NOT IN ('hidden', 'limited', 'removed') GROUP BY r.n, r.user_id, w.creator_id) t"
    " JOIN user c ON c.id = t.creator_id AND c.blocked = 0 LEFT JOIN user v ON v.id = t.user_id"
    " LEFT JOIN payee p ON p.user_id = t.user_id AND p.fingerprint <> ''"
    " LEFT JOIN payee q ON q.user_id = t.creator_id AND q.fingerprint = p.fingerprint"
    " WHERE COALESCE(v.blocked, 0) = 0 AND q.user_id IS NULL) x"
    " WHERE place <= 900 AND seconds > 0 ORDER BY n, creator_id LIMIT 10000");
STMT(q_add_shares, NULL,
     "INSERT INTO unit_share (unit_id, creator_id, seconds, amount_minor) SELECT unit_id,"
     " creator_id, seconds, amount_minor FROM JSON_TABLE(?, '$[*]' COLUMNS ("
     " unit_id BIGINT PATH '$[0]', creator_id BIGINT PATH '$[1]', seconds BIGINT PATH '$[2]',"
     " amount_minor BIGINT PATH '$[3]')) r");
STMT(q_settle, NULL,
     "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', settled_ms BIGINT PATH '$[1]',"
     " seconds BIGINT PATH '$[2]', net BIGINT PATH '$[3]', shortfall BIGINT PATH '$[4]',"
     " creators BIGINT PATH '$[5]', platform BIGINT PATH '$[6]', idle BIGINT PATH '$[7]')) r"
     " STRAIGHT_JOIN unit u ON u.id = r.id SET u.settled_ms = r.settled_ms,"
     " u.settled_refunded_minor = u.refunded_minor, u.seconds = r.seconds, u.net_minor = r.net,"
     " u.shortfall_minor = r.shortfall, u.creators_minor = r.creators,"
     " u.platform_minor = r.platform, u.idle_minor = r.idle");
static_assert(UNIT_CREATORS_MAX == 900 && DB_ROWS_MAX == 10000, "both stand in q_watched");

/* What one transaction settles. */
struct batch {
    struct arena *a; /* of one try */
    int64_t now_ms, ended_before;
    bool dry_run, closed; /* closed: the month of now_ms is */
    struct unit_walk walk;
    struct unit_list units;
    struct policy_list terms;
    struct settled sum; /* of this batch */
    struct arena *run_arena;
    struct settled *run; /* of all committed batches */
};

/* What a batch writes. */
struct books {
    struct rows units, shares;
    struct posting postings[SETTLE_BATCH];
    size_t n;
};

/* Leave out units whose member has days that are not counted yet. */
static enum rc leave_uncounted(struct db *db, struct batch *b)
{
    struct rows rows = { .a = b->a };
    struct number_list waiting;
    size_t kept = 0, w = 0;

    for (const struct unit *u = b->units.items; u < b->units.items + b->units.n; u++)
        rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64, u->id, u->user_id,
                  (u->ends_ms - 1) / DAY_MS);
    TRY(ROWS_LIST(db, b->a, &q_uncounted, &rows, &waiting));
    for (size_t i = 0; i < b->units.n; i++)
        if (w < waiting.n && waiting.items[w] == (int64_t)i + 1)
            w++;
        else
            b->units.items[kept++] = b->units.items[i];
    b->sum.waiting = (int64_t)waiting.n;
    b->units.n = kept;
    return RC_OK;
}

/* How long each creator was watched in the units from `first` up to *end, the first unit that no
 * longer fits the result set; it is left for the next call. */
static enum rc read_watched(struct db *db, struct batch *b, size_t first, struct watched_list *out,
                            size_t *end)
{
    struct rows rows = { .a = b->a };

    for (size_t i = first; i < b->units.n; i++)
        rows_addf(&rows, "%" PRId64 ",%" PRId64, b->units.items[i].id, b->units.items[i].user_id);
    TRY(DB_LIST(db, b->a, &q_watched, ARGS(STR(rows_page(&rows, 0))), DB_ROWS_MAX, out));
    *end = out->n < DB_ROWS_MAX ? b->units.n : first + (size_t)out->items[out->n - 1].n - 1;
    return RC_OK;
}

static void add_leg(struct posting *p, struct ledger_leg *legs, struct ledger_account_ref debit,
                    struct ledger_account_ref credit, int64_t minor, int64_t unit_id)
{
    if (minor > 0)
        legs[p->n++] = (struct ledger_leg){ debit, credit, minor, unit_id };
}

/* A unit being settled; parts[] are the creators that were watched, by id. */
struct settling {
    struct unit *u;
    const struct policy *policy;
    struct part parts[UNIT_CREATORS_MAX];
    size_t n;
};

static bool is_scaled(const struct settling *s) { return s->policy->rule == RULE_SCALED; }

/* Apply the rules of lib/app/money/divide.h; the pool is divided when the month is closed. */
static void divide(struct settling *s, int64_t now_ms)
{
    bool fees_shared = s->policy->fees == FEES_SHARED;
    struct unit *u = s->u;
    struct unit_split split;

    u->seconds = 0;
    for (size_t i = 0; i < s->n; i++)
        u->seconds += s->parts[i].weight;
    if (u->seconds < s->policy->min_unit_seconds)
        s->n = 0;
    unit_split(u, s->policy->share_bp, fees_shared, &split);
    u->settled_ms = now_ms;
    u->net_minor = split.net;
    u->shortfall_minor = split.shortfall;
    u->creators_minor = split.creators;
    u->platform_minor = split.platform;
    u->idle_minor = s->n == 0 ? split.creators : 0;
    if (!is_scaled(s))
        divide_by_weight(split.creators, s->parts, s->n);
}

static void add_posting(struct batch *b, struct books *o, const struct settling *s)
{
    struct ledger_leg *legs = arena_array(b->a, struct ledger_leg, s->n + 3);
    struct posting *p = &o->postings[o->n];
    const struct unit *u = s->u;

    *p = (struct posting){
        .ikey = arena_printf(b->a, "settle:%" PRId64 ":1", u->id),
        .kind = "settle",
        .ref_type = "unit",
        .ref_id = arena_printf(b->a, "%" PRId64, u->id),
        .effective_ms = b->now_ms,
        .currency = u->currency,
        .legs = legs,
    };
    for (size_t i = 0; i < s->n; i++)
        add_leg(p, legs, deferred, held_by(s->parts[i].id), s->parts[i].amount, u->id);
    if (is_scaled(s))
        add_leg(p, legs, deferred, pool, u->creators_minor - u->idle_minor, u->id);
    add_leg(p, legs, deferred, platform, u->platform_minor, u->id);
    add_leg(p, legs, deferred, idle, u->idle_minor, u->id);
    o->n += p->n > 0;
}

/* A unit whose net is 0 has no shares. */
static void add_rows(struct books *o, const struct settling *s)
{
    const struct unit *u = s->u;

    rows_addf(&o->units,
              "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
              ",%" PRId64,
              u->id, u->settled_ms, u->seconds, u->net_minor, u->shortfall_minor, u->creators_minor,
              u->platform_minor, u->idle_minor);
    for (size_t i = 0; i < s->n && u->net_minor > 0; i++)
        rows_addf(&o->shares, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, u->id, s->parts[i].id,
                  s->parts[i].weight, s->parts[i].amount);
}

static void add_up(struct batch *b, const struct settling *s)
{
    b->sum.units++;
    b->sum.creators_minor += s->u->creators_minor - s->u->idle_minor;
    b->sum.platform_minor += s->u->platform_minor;
    b->sum.idle_minor += s->u->idle_minor;
    for (size_t i = 0; b->dry_run && i < s->n; i++)
        tally_add(b->a, &b->sum.earned, s->parts[i].id, s->parts[i].amount);
}

static enum rc settle_from(struct db *db, struct batch *b, size_t first, struct books *o,
                           size_t *end)
{
    struct watched_list watched;
    size_t row = 0;

    TRY(read_watched(db, b, first, &watched, end));
    for (size_t i = first; i < *end; i++) {
        struct settling s = { .u = &b->units.items[i] };
        for (; row < watched.n && watched.items[row].n == (int64_t)(i - first) + 1; row++)
            s.parts[s.n++] = (struct part){ .id = watched.items[row].creator_id,
                                            .weight = watched.items[row].seconds };
        TRY(policy_keep(db, b->a, &b->terms, s.u->policy_id, &s.policy));
        divide(&s, b->now_ms);
        add_posting(b, o, &s);
        add_rows(o, &s);
        add_up(b, &s);
    }
    return RC_OK;
}

/* Is the month of now_ms closed? If not, it stays open until the transaction ends. */
static enum rc keep_open(struct db *db, struct batch *b)
{
    struct month m;
    enum rc rc = month_lock(db, b->a, month_of(b->now_ms), &m);

    b->closed = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc freeze_shares(struct db *db, struct batch *b)
{
    int64_t *ids = arena_array(b->a, int64_t, b->units.n);

    for (size_t i = 0; i < b->units.n; i++)
        ids[i] = b->units.items[i].id;
    return freeze_sync(db, b->a, ids, b->units.n, b->now_ms);
}

static enum rc settle_batch(struct db *db, void *arg)
{
    struct batch *b = arg;

    arena_reset(b->a);
    b->sum = (struct settled){ 0 };
    b->terms = (struct policy_list){ 0 };
    TRY(keep_open(db, b));
    if (b->closed)
        return RC_OK;
    TRY(unit_claim_open(db, b->a, b->ended_before, &b->walk.last, b->walk.max, &b->units));
    if (b->units.n)
        b->walk.next = b->units.items[b->units.n - 1];
    struct books *o = arena_array(b->a, struct books, 1);
    o->units.a = o->shares.a = b->a;
    TRY(leave_uncounted(db, b));
    for (size_t done = 0; done < b->units.n;)
        TRY(settle_from(db, b, done, o, &done));
    if (b->dry_run)
        return RC_OK;
    TRY(rows_run(db, &q_add_shares, &o->shares, NULL));
    TRY(ledger_post_all(db, b->a, o->postings, o->n));
    TRY(rows_run(db, &q_settle, &o->units, NULL));
    return freeze_shares(db, b);
}

static void committed(void *arg)
{
    const struct batch *b = arg;

    b->run->units += b->sum.units;
    b->run->waiting += b->sum.waiting;
    b->run->creators_minor += b->sum.creators_minor;
    b->run->platform_minor += b->sum.platform_minor;
    b->run->idle_minor += b->sum.idle_minor;
    for (const struct tally *e = b->sum.earned.items; e < b->sum.earned.items + b->sum.earned.n;
         e++)
        tally_add(b->run_arena, &b->run->earned, e->creator_id, e->minor);
}

static enum rc find_limits(struct db *db, struct batch *b)
{
    int64_t due_before = b->now_ms - conf()->settle_hours * HOUR_MS + 1;
    int64_t all_before;

    TRY(db_number(db, b->run_arena, &q_all_before, ARGS(I64(due_before)), &all_before));
    b->ended_before = MIN_OF(due_before, all_before);
    return db_number(db, b->run_arena, &q_held_up, ARGS(I64(b->ended_before), I64(due_before)),
                     &b->run->waiting);
}

enum rc settle_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                   struct settled *sum, struct problem *why)
{
    struct batch b = { .now_ms = now_ms, .dry_run = dry_run, .run_arena = a, .run = sum };

    *sum = (struct settled){ 0 };
    TRY(find_limits(db, &b));
    b.a = arena_new(TRY_ARENA_BYTES);
    b.walk = (struct unit_walk){
        .max = SETTLE_BATCH, .batch = settle_batch, .committed = committed, .arg = &b
    };
    enum rc rc = unit_walk(db, &b.walk);
    arena_free(b.a);
    tally_sum(&sum->earned);
    if (b.closed)
        return refuse(
            why, RC_CONFLICT, NULL,
            arena_printf(a,
                         "%s is closed, so nothing can be settled in it. Nothing is lost: "
                         "set the clock, or wait for the next month.",
                         fmt_month(a, month_of(now_ms))));
    return rc;
}
