/* The half of freeze.h that moves the money: it compares what is frozen of each paid month with what is
 * to be, and posts the difference. */
#include "app/money/freeze.h"
#include "app/money/ledger.h"
#include "io/rows.h"

/* UNITS_AT_ONCE units with UNIT_CREATORS_MAX creators, all frozen, fit into DB_ROWS_MAX rows. */
enum { UNITS_PAGE = 100, UNITS_AT_ONCE = 5, CREATORS_PAGE = 100, RUN_ARENA_BYTES = 64 << 20 };

__extension__ typedef __int128 wide; /* the product of an amount and seconds */

/* A part as it is stored. */
struct part_row {
    int64_t freeze_id, unit_id, creator_id, n, minor;
    bool pooled, matured;
    const char *currency;
};
struct part_rows {
    struct part_row *items;
    size_t n;
};
SHAPE(part_shape, struct part_row, COLUMN(struct part_row, freeze_id),
      COLUMN(struct part_row, unit_id), COLUMN(struct part_row, creator_id),
      COLUMN(struct part_row, n), COLUMN(struct part_row, minor), COLUMN(struct part_row, pooled),
      COLUMN(struct part_row, matured), COLUMN(struct part_row, currency));

/* What one freeze has of a creator's time in a unit; freeze_id 0: what no freeze has of it. */
struct timed {
    int64_t unit_id, creator_id, freeze_id, ms;
    int64_t seconds, left_minor; /* of the creator's share: S, and what is left of it */
    bool pooled, matured;
    const char *currency;
};
struct timed_list {
    struct timed *items;
    size_t n;
};
SHAPE(timed_shape, struct timed, COLUMN(struct timed, unit_id), COLUMN(struct timed, creator_id),
      COLUMN(struct timed, freeze_id), COLUMN(struct timed, ms), COLUMN(struct timed, seconds),
      COLUMN(struct timed, left_minor), COLUMN(struct timed, pooled), COLUMN(struct timed, matured),
      COLUMN(struct timed, currency));
struct due {
    int64_t id, changes, passed, again_ms;
};
struct due_list {
    struct due *items;
    size_t n;
};
SHAPE(due_shape, struct due, COLUMN(struct due, id), COLUMN(struct due, changes),
      COLUMN(struct due, passed), COLUMN(struct due, again_ms));

#define UNITS_OF_JSON "(SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) j) r"
STMT(q_any, &number_shape, "SELECT EXISTS (SELECT 1 FROM freeze) AS n");
/* Of these units, those that freezes have or want something of. */
STMT(q_concerned, &number_shape,
     "SELECT id AS n FROM (SELECT s.unit_id AS id FROM " UNITS_OF_JSON
     " JOIN freeze f ON f.state <> 'creator' JOIN unit_share s ON s.unit_id = r.id"
     " AND s.creator_id = f.creator_id UNION SELECT p.unit_id FROM " UNITS_OF_JSON
     " JOIN freeze_part p ON p.unit_id = r.id AND p.minor > 0) x ORDER BY id");
/* Locking: the caller's transaction may have read before it had the lock of these units. */
STMT(q_parts, &part_shape,
     "SELECT p.freeze_id, p.unit_id, p.creator_id, p.n, p.minor, p.pooled, p.matured, p.currency"
     " FROM " UNITS_OF_JSON " STRAIGHT_JOIN freeze_part p ON p.unit_id = r.id"
     " ORDER BY p.unit_id, p.freeze_id LIMIT 10000 FOR UPDATE");
/* The row of what no freeze has comes first. What is held now did perhaps not count then. */
STMT(q_times, &timed_shape,
     "SELECT t.unit_id, t.creator_id, t.freeze_id, t.ms, s.seconds,"
     " s.amount_minor - s.reversed_minor AS left_minor, COALESCE(f.state, '') = 'pool' AS pooled,"
     " u.matured_ms > 0 AS matured, u.currency FROM (SELECT unit_id, creator_id, freeze_id,"
     " CAST(SUM(IF(freeze_id = 0 AND held, 0, credited_ms)) AS SIGNED) AS ms FROM"
     " (SELECT w.unit_id, w.creator_id, w.credited_ms,"
     " COALESCE(i.state, '') IN ('hidden', 'limited', 'removed') AS held, COALESCE((SELECT g.id"
     " FROM freeze g WHERE g.creator_id = w.creator_id AND g.state <> 'creator'"
     " AND (g.video_id = 0 OR g.video_id = w.video_id) AND g.from_ms DIV 86400000 <= w.day"
     " AND (g.to_ms = 0 OR (g.to_ms - 1) DIV 86400000 >= w.day)"
     " ORDER BY g.state = 'pool' DESC, g.id LIMIT 1), 0) AS freeze_id FROM " UNITS_OF_JSON
     " STRAIGHT_JOIN watch_day w ON w.unit_id = r.id AND w.credited_ms > 0"
     " AND EXISTS (SELECT 1 FROM freeze o WHERE o.creator_id = w.creator_id"
     " AND o.state <> 'creator') LEFT JOIN video i ON i.id = w.video_id) d"
     " GROUP BY unit_id, creator_id, freeze_id) t JOIN unit_share s ON s.unit_id = t.unit_id"
     " AND s.creator_id = t.creator_id AND s.amount_minor > s.reversed_minor"
     " JOIN unit u ON u.id = t.unit_id AND u.currency = (SELECT currency FROM ledger_currency"
     " WHERE id = 1) LEFT JOIN freeze f ON f.id = t.freeze_id ORDER BY t.unit_id, t.creator_id,"
     " t.freeze_id > 0, f.state = 'pool' DESC, t.freeze_id LIMIT 10000");
STMT(q_write, NULL,
     "INSERT INTO freeze_part (freeze_id, unit_id, creator_id, currency, n, minor, pooled, matured)"
     " SELECT freeze_id, unit_id, creator_id, currency, n, minor, pooled, matured FROM"
     " JSON_TABLE(?, '$[*]' COLUMNS (freeze_id BIGINT PATH '$[0]', unit_id BIGINT PATH '$[1]',"
     " creator_id BIGINT PATH '$[2]', currency CHAR(3) PATH '$[3]', n BIGINT PATH '$[4]',"
     " minor BIGINT PATH '$[5]', pooled INT PATH '$[6]', matured INT PATH '$[7]')) r"
     " ON DUPLICATE KEY UPDATE n = VALUES(n), minor = VALUES(minor), pooled = VALUES(pooled),"
     " matured = VALUES(matured)");
STMT(q_creators, &number_shape,
     "SELECT DISTINCT creator_id AS n FROM freeze WHERE creator_id > ? AND (passed <> changes"
     " OR (again_ms > 0 AND again_ms <= ?)) ORDER BY n LIMIT 100");
STMT(q_due, &due_shape,
     "SELECT id, changes, passed, again_ms FROM freeze WHERE creator_id = ? AND (passed <> changes"
     " OR (again_ms > 0 AND again_ms <= ?)) ORDER BY id");
STMT(q_units, &number_shape,
     "SELECT s.unit_id AS n FROM unit_share s JOIN unit u ON u.id = s.unit_id"
     " WHERE s.creator_id = ? AND s.unit_id > ? AND u.settled_ms > 0 ORDER BY s.unit_id LIMIT 100");
STMT(q_lock_units, &number_shape,
     "SELECT u.id AS n FROM " UNITS_OF_JSON " STRAIGHT_JOIN unit u ON u.id = r.id"
     " ORDER BY u.id FOR UPDATE");
STMT(q_passed, NULL,
     "UPDATE freeze SET passed = ?, again_ms = IF(again_ms = ?, ?, again_ms) WHERE id = ?");
static_assert(CREATORS_PAGE == 100 && UNITS_PAGE == 100 && DB_ROWS_MAX == 10000,
              "these stand in the statements");

/* A creator's account, and what it has once the postings so far are made. */
struct purse {
    struct ledger_account_ref account;
    int64_t minor;
};

/* The change of some units. */
struct moving {
    struct db *db;
    struct arena *a;
    int64_t now_ms;
    struct part_rows now;
    struct part_row *wanted;
    size_t wanted_n;
    struct purse *purses;
    size_t purses_n, purses_max;
    struct posting postings[LEDGER_POSTINGS_MAX];
    size_t n;
    struct rows rows; /* of freeze_part */
};

static struct ledger_account_ref source_of(const struct part_row *p)
{
    return (struct ledger_account_ref){ p->matured ? ACCOUNT_CREATOR_PAYABLE : ACCOUNT_CREATOR_HELD,
                                        p->creator_id };
}

static struct ledger_account_ref place_of(const struct part_row *p)
{
    return p->pooled ? (struct ledger_account_ref){ ACCOUNT_IDLE, 0 }
                     : (struct ledger_account_ref){ ACCOUNT_CREATOR_FROZEN, p->creator_id };
}

static enum rc purse_of(struct moving *m, const struct part_row *p, struct purse **out)
{
    struct ledger_account_ref account = source_of(p);

    for (struct purse *q = m->purses; q < m->purses + m->purses_n; q++)
        if (q->account.kind == account.kind && q->account.owner_id == account.owner_id) {
            *out = q;
            return RC_OK;
        }
    assert(m->purses_n < m->purses_max);
    *out = &m->purses[m->purses_n++];
    (*out)->account = account;
    return ledger_balance(m->db, m->a, account, p->currency, &(*out)->minor);
}

/* The parts of one creator in one unit: time[0..n), of which the first may be that of no freeze. */
static void want(struct moving *m, const struct timed *time, size_t n)
{
    int64_t room = time[0].seconds;

    for (const struct timed *t = time; t < time + n; t++) {
        int64_t s = MIN_OF(t->ms / 1000, MAX_OF(room, 0));
        room -= s;
        int64_t minor = t->seconds > 0 ? (int64_t)((wide)t->left_minor * s / t->seconds) : 0;
        if (t->freeze_id && minor > 0)
            m->wanted[m->wanted_n++] = (struct part_row){ .freeze_id = t->freeze_id,
                                                          .unit_id = t->unit_id,
                                                          .creator_id = t->creator_id,
                                                          .minor = minor,
                                                          .pooled = t->pooled,
                                                          .matured = t->matured,
                                                          .currency = t->currency };
    }
}

static enum rc find_wanted(struct moving *m, const char *units)
{
    struct timed_list times;

    TRY(DB_LIST(m->db, m->a, &q_times, ARGS(STR(units)), DB_ROWS_MAX, &times));
    m->wanted = arena_array(m->a, struct part_row, times.n);
    for (size_t from = 0, to; from < times.n; from = to) {
        const struct timed *t = times.items;
        for (to = from + 1; to < times.n && t[to].unit_id == t[from].unit_id &&
                            t[to].creator_id == t[from].creator_id;
             to++)
            ;
        want(m, &t[from], to - from);
    }
    return RC_OK;
}

static enum rc post(struct moving *m)
{
    enum rc rc = ledger_post_all(m->db, m->a, m->postings, m->n);

    m->n = 0;
    return rc == RC_DENIED ? RC_BUSY : rc; /* another act took the money since it was read */
}

/* Bring one part from `was` (NULL: there is none yet) to `to` (minor 0: nothing). */
static enum rc move(struct moving *m, const struct part_row *was, struct part_row to)
{
    struct ledger_leg *legs = arena_array(m->a, struct ledger_leg, 2);
    struct purse *purse;
    size_t n = 0;

    if (was && was->minor > 0)
        legs[n++] = (struct ledger_leg){ place_of(was), source_of(was), was->minor, 0 };
    if (to.minor > 0) {
        TRY(purse_of(m, &to, &purse));
        to.minor = MIN_OF(to.minor, MAX_OF(purse->minor, 0));
        purse->minor -= to.minor;
    }
    if (to.minor > 0)
        legs[n++] = (struct ledger_leg){ source_of(&to), place_of(&to), to.minor, 0 };
    bool same = was && was->minor == to.minor && was->pooled == to.pooled &&
                was->matured == to.matured;
    if (n == 0 || same)
        return RC_OK;
    to.n = was ? was->n + 1 : 1;
    rows_addf(&m->rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",\"%s\",%" PRId64 ",%" PRId64 ",%d,%d",
              to.freeze_id, to.unit_id, to.creator_id, to.currency, to.n, to.minor, to.pooled,
              to.matured);
    if (m->n == LEDGER_POSTINGS_MAX)
        TRY(post(m));
    m->postings[m->n++] = (struct posting){
        .ikey = arena_printf(m->a, "freeze:%" PRId64 ":%" PRId64 ":%" PRId64, to.freeze_id,
                             to.unit_id, to.n),
        .kind = "freeze",
        .ref_type = "freeze",
        .ref_id = arena_printf(m->a, "%" PRId64, to.freeze_id),
        .effective_ms = m->now_ms,
        .currency = to.currency,
        .legs = legs,
        .n = n,
    };
    return RC_OK;
}

static bool is_same_part(const struct part_row *a, const struct part_row *b)
{
    return a->freeze_id == b->freeze_id && a->unit_id == b->unit_id;
}

/* What is given back the creator has when the rest is taken. */
static enum rc fill_purses(struct moving *m)
{
    struct purse *purse;

    m->purses_max = m->now.n + m->wanted_n;
    m->purses = arena_array(m->a, struct purse, m->purses_max);
    for (const struct part_row *p = m->now.items; p < m->now.items + m->now.n; p++) {
        TRY(purse_of(m, p, &purse));
        purse->minor += p->minor;
    }
    return RC_OK;
}

static enum rc move_all(struct moving *m)
{
    TRY(fill_purses(m));
    for (const struct part_row *p = m->now.items; p < m->now.items + m->now.n; p++) {
        struct part_row none = *p;
        bool wanted = false;
        for (size_t i = 0; i < m->wanted_n; i++)
            wanted = wanted || is_same_part(&m->wanted[i], p);
        none.minor = 0;
        if (!wanted)
            TRY(move(m, p, none));
    }
    for (size_t i = 0; i < m->wanted_n; i++) {
        const struct part_row *was = NULL;
        for (const struct part_row *p = m->now.items; p < m->now.items + m->now.n; p++)
            was = is_same_part(&m->wanted[i], p) ? p : was;
        TRY(move(m, was, m->wanted[i]));
    }
    if (m->n)
        TRY(post(m));
    return rows_run(m->db, &q_write, &m->rows, NULL);
}

/* Bring what is frozen of some units to what is to be, or to nothing. */
static enum rc bring(struct db *db, struct arena *a, const char *units, bool lift, int64_t now_ms)
{
    struct moving *m = arena_array(a, struct moving, 1);

    *m = (struct moving){ .db = db, .a = a, .now_ms = now_ms, .rows = { .a = a } };
    TRY(DB_LIST(db, a, &q_parts, ARGS(STR(units)), DB_ROWS_MAX, &m->now));
    if (!lift)
        TRY(find_wanted(m, units));
    return move_all(m);
}

static const char *json(struct arena *a, const int64_t *unit_ids, size_t n)
{
    struct rows rows = { .a = a };

    for (size_t i = 0; i < n; i++)
        rows_addf(&rows, "%" PRId64, unit_ids[i]);
    return rows_page(&rows, 0);
}

enum rc freeze_lift(struct db *db, struct arena *a, const int64_t *unit_ids, size_t n,
                    int64_t now_ms)
{
    for (size_t at = 0; at < n; at += UNITS_PAGE)
        TRY(bring(db, a, json(a, &unit_ids[at], MIN_OF(n - at, (size_t)UNITS_PAGE)), true, now_ms));
    return RC_OK;
}

static enum rc sync_page(struct db *db, struct arena *a, const char *page, int64_t now_ms)
{
    struct number_list units;

    TRY(DB_LIST(db, a, &q_concerned, ARGS(STR(page), STR(page)), UNITS_PAGE, &units));
    for (size_t i = 0; i < units.n; i += UNITS_AT_ONCE) {
        size_t n = MIN_OF(units.n - i, (size_t)UNITS_AT_ONCE);
        TRY(bring(db, a, json(a, &units.items[i], n), false, now_ms));
    }
    return RC_OK;
}

enum rc freeze_sync(struct db *db, struct arena *a, const int64_t *unit_ids, size_t n,
                    int64_t now_ms)
{
    int64_t any = 0;

    TRY(db_number(db, a, &q_any, NO_ARGS, &any));
    for (size_t at = 0; any && at < n; at += UNITS_PAGE)
        TRY(sync_page(db, a, json(a, &unit_ids[at], MIN_OF(n - at, (size_t)UNITS_PAGE)), now_ms));
    return RC_OK;
}

/* The run */

struct run {
    struct arena *a; /* of one page of units */
    int64_t creator_id, now_ms, units;
    struct number_list page;
};

/* The lock comes first: after a wait, all that follows sees what the others did. */
static enum rc go_through_page(struct db *db, void *arg)
{
    struct run *x = arg;
    struct number_list locked;
    const char *page = json(x->a, x->page.items, x->page.n);

    TRY(DB_LIST(db, x->a, &q_lock_units, ARGS(STR(page)), UNITS_PAGE, &locked));
    return freeze_sync(db, x->a, x->page.items, x->page.n, x->now_ms);
}

/* What changed while a pass was under way is still due after it. */
static enum rc note_passed(struct db *db, const struct due_list *due, int64_t now_ms)
{
    for (const struct due *d = due->items; d < due->items + due->n; d++) {
        int64_t again_ms = d->passed == d->changes ? 0 : now_ms + FREEZE_AGAIN_MS;
        TRY(db_run(db, &q_passed,
                   ARGS(I64(d->changes), I64(d->again_ms), I64(again_ms), I64(d->id)), NULL));
    }
    return RC_OK;
}

static enum rc go_through(struct db *db, struct arena *a, struct run *x)
{
    struct due_list due;
    int64_t after = 0;

    TRY(DB_LIST(db, a, &q_due, ARGS(I64(x->creator_id), I64(x->now_ms)), DB_ROWS_MAX, &due));
    do {
        arena_reset(x->a);
        TRY(DB_LIST(db, x->a, &q_units, ARGS(I64(x->creator_id), I64(after)), UNITS_PAGE,
                    &x->page));
        if (x->page.n) {
            TRY(db_transact(db, go_through_page, x));
            after = x->page.items[x->page.n - 1];
            x->units += (int64_t)x->page.n;
        }
    } while (x->page.n == UNITS_PAGE);
    return note_passed(db, &due, x->now_ms);
}

enum rc freeze_run(struct db *db, struct arena *a, int64_t now_ms, int64_t *units)
{
    struct run x = { .now_ms = now_ms };
    struct number_list creators;
    enum rc rc = RC_OK;
    int64_t seen = 0;

    *units = 0;
    x.a = arena_new(RUN_ARENA_BYTES);
    do {
        rc = DB_LIST(db, a, &q_creators, ARGS(I64(x.creator_id), I64(now_ms)), CREATORS_PAGE,
                     &creators);
        for (size_t i = 0; rc == RC_OK && i < creators.n; i++, seen++) {
            x.creator_id = creators.items[i];
            rc = go_through(db, a, &x);
        }
    } while (rc == RC_OK && creators.n == CREATORS_PAGE);
    arena_free(x.a);
    *units = x.units;
    return rc == RC_OK && seen == 0 ? RC_NOT_FOUND : rc;
}
