/*
 * From paid months to payable earnings on a real database: the shared vectors under both rules, who
 * is excluded and who waits, successive months, and every step of settling, closing and maturing
 * lost, killed or done by many processes at once. Needs OVS_CONF of a running site.
 *
 *   unit_settle [FILE...] [CASE...]    vectors; default: tests/data/payout_vectors.json
 *   unit_settle PHASE NOW_MS   settle, close or mature, as a process of its own; for the test itself
 */
#include "app/money/settle.h"
#include "app/reports/audit.h"
#include "app/money/month.h"
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "app/money/simulate.h"
#include "base/clock.h"
#include "base/sb.h"
#include "base/str.h"
#include "io/rows.h"
#include "market.h"
#include "own_db.h"

enum {
    USERS = UNITS_MAX + CREATORS_MAX, /* members first, then creators; ids from 1 */
    PROCESSES = 8,
    TRIES = 100,
    STEPS_MAX = 60, /* more than a phase has */
    DUMP_LINES_MAX = 10000,
    DUMP_BYTES = 1 << 20,
};
static const int64_t paid_ms = INT64_C(1768003200000);    /* 2026-01-10 00:00 UTC */
static const int64_t settled_ms = INT64_C(1770854400000); /* 2026-02-12: 48 hours after its end */
static const int64_t closed_ms = INT64_C(1772503200000);  /* 2026-03-03 02:00 */
static const int64_t matured_ms = INT64_C(1775174400000); /* 2026-04-03 */
enum { MONTH = 202602 };

static struct arena *a;
static struct db *money, *admin;
static const struct ledger_account_ref psp = { ACCOUNT_PSP, 0 };

struct line {
    const char *text;
};
struct line_list {
    struct line *items;
    size_t n;
};
SHAPE(line_shape, struct line, COLUMN(struct line, text));

STMT(
    q_add_watch, NULL,
    "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 0)");
STMT(q_set_policy, NULL, "UPDATE unit SET policy_id = ? WHERE id = ?");
STMT(q_policy, NULL,
     "INSERT IGNORE INTO policy (rule, share_bp, fees, idle, min_unit_seconds, hold_days, since_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, 0)");
STMT(q_policy_id, &number_shape,
     "SELECT id AS n FROM policy WHERE rule = ? AND share_bp = ? AND fees = ? AND idle = ?"
     " AND min_unit_seconds = ? AND hold_days = ?");
STMT(q_settled, &number_shape, "SELECT COUNT(*) AS n FROM unit WHERE settled_ms > 0");
STMT(q_share, &number_shape,
     "SELECT COALESCE(SUM(amount_minor), -1) AS n FROM unit_share WHERE unit_id = ?"
     " AND creator_id = ?");
STMT(q_share_seconds, &number_shape,
     "SELECT COALESCE(SUM(seconds), 0) AS n FROM unit_share WHERE unit_id = ? AND creator_id = ?");
STMT(q_uplift, &number_shape,
     "SELECT COALESCE(SUM(amount_minor), 0) AS n FROM month_uplift WHERE month = ?"
     " AND creator_id = ?");
/* Everything that records money, except row numbers and the time of writing. */
STMT(q_dump, &line_shape,
     "SELECT CONCAT_WS(' ', t.ikey, t.kind, t.ref_type, t.ref_id, t.digest, t.legs, t.effective_ms,"
     " l.line, d.code, c.code, l.amount_minor, l.currency, l.unit_id) AS text FROM ledger_tx t"
     " JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d ON d.id = l.debit_id"
     " JOIN ledger_account c ON c.id = l.credit_id UNION ALL"
     " SELECT CONCAT_WS(' ', 'balance', a.code, b.debits_minor, b.credits_minor)"
     " FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id UNION ALL"
     " SELECT CONCAT_WS(' ', 'unit', id, settled_ms, settled_refunded_minor, seconds, net_minor,"
     " shortfall_minor, creators_minor, platform_minor, idle_minor, matured_ms) FROM unit UNION ALL"
     " SELECT CONCAT_WS(' ', 'share', unit_id, creator_id, seconds, amount_minor, reversed_minor)"
     " FROM unit_share UNION ALL"
     " SELECT CONCAT_WS(' ', 'month', month, units, earned_minor, idle_in_minor, uplift_minor,"
     " platform_minor, pool_minor, scaled_minor, idle_out_minor, closed_ms, posted_ms, matured_ms)"
     " FROM month_close UNION ALL SELECT CONCAT_WS(' ', 'uplift', month, creator_id, earned_minor,"
     " amount_minor) FROM month_uplift ORDER BY text");

static int64_t count(const struct stmt *q, const struct arg *args)
{
    int64_t row = -1;
    CHECK_INT(db_number(admin, a, q, args, &row), RC_OK);
    return row;
}

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static int64_t member(size_t i) { return (int64_t)i + 1; }
static int64_t creator(size_t i) { return UNITS_MAX + (int64_t)i + 1; }

static int64_t on(enum account_kind kind, int64_t owner)
{
    int64_t minor = -1;
    CHECK_INT(ledger_sum(money, a, (struct ledger_account_ref){ kind, owner }, "XTS", &minor),
              RC_OK);
    return minor;
}

static struct ledger_account_ref site(enum account_kind kind)
{
    return (struct ledger_account_ref){ kind, 0 };
}

static void check_balances(struct ledger_account_ref ref, int64_t want)
{
    CHECK_INT(on(ref.kind, ref.owner_id), want);
}

/* An empty economy; tables from which nothing is ever deleted can be emptied here, without
 * triggers. */
static void begin(void)
{
    arena_reset(a);
    script(
        "DELETE FROM ledger_balance; DELETE FROM ledger_leg; DELETE FROM ledger_tx;"
        " DELETE FROM ledger_account; DELETE FROM month_uplift; DELETE FROM month_close;"
        " DELETE FROM unit_share; DELETE FROM reversal_unit; DELETE FROM reversal;"
        " DELETE FROM paid_span; DELETE FROM paid_span_gone;"
        " DELETE FROM unit; DELETE FROM document; DELETE FROM receipt; DELETE FROM payment; DELETE FROM subscription;"
        " DELETE FROM watch_day; DELETE FROM watch_dirty; DELETE FROM watch_node;"
        " DELETE FROM payee; DELETE FROM video; UPDATE user SET blocked = 0");
}

static void add_users(void)
{
    struct rows rows = { .a = a };
    STMT(q_users, NULL,
         "INSERT INTO user (id, email, handle, display_name, created_ms) SELECT id,"
         " CONCAT('u', id, '@example.org'), CONCAT('u', id), 'Unit', 0 FROM JSON_TABLE(?, '$[*]'"
         " COLUMNS (id BIGINT PATH '$[0]')) r");
    for (int64_t id = 1; id <= USERS; id++)
        rows_addf(&rows, "%" PRId64, id);
    CHECK_INT(rows_run(admin, &q_users, &rows, NULL), RC_OK);
    script(
        "DROP TRIGGER document_stay; DROP TRIGGER receipt_stay; DROP TRIGGER ledger_account_stay; DROP TRIGGER ledger_tx_stay;"
        " DROP TRIGGER ledger_leg_stay; DELETE FROM policy");
}

struct terms {
    const char *rule, *fees, *idle;
    int64_t share_bp, min_seconds, hold_days;
};
static const struct terms by_user = { "user", "shared", "uplift", 7000, 60, 30 },
                          by_pool = { "scaled", "shared", "uplift", 7000, 60, 30 };

static int64_t policy(const struct terms *t)
{
#define TERMS                                                                                      \
    STR(t->rule), I64(t->share_bp), STR(t->fees), STR(t->idle), I64(t->min_seconds),               \
        I64(t->hold_days)
    CHECK_INT(db_run(admin, &q_policy, ARGS(TERMS), NULL), RC_OK);
    return count(&q_policy_id, ARGS(TERMS));
}

static enum rc book_it(struct db *db, void *arg) { return payment_book(db, a, arg, psp); }
struct going_back {
    struct reversal r;
    int64_t now_ms;
};
static enum rc give_back_it(struct db *db, void *arg)
{
    const struct going_back *g = arg;
    return reversal_apply(db, a, &g->r, psp, g->now_ms);
}

static void give_back(int64_t user, int64_t paid_at_ms, int64_t minor, int64_t now_ms,
                      enum reversal_state state)
{
    const char *paid = arena_printf(a, "p%" PRId64 "-%" PRId64, user, paid_at_ms);
    struct going_back g = {
        .r = { .kind = REVERSAL_REFUND,
               .state = state,
               .provider = "test",
               .provider_ref = arena_printf(a, "r-%s-%" PRId64, paid, minor),
               .payment_ref = paid,
               .amount_minor = minor },
        .now_ms = now_ms,
    };
    CHECK_INT(db_transact(money, give_back_it, &g), RC_OK);
}

/* A paid month, without marking any day to be counted again. Returns the id of its unit. */
static int64_t pay(int64_t user, const struct unit_money *m, const struct terms *t, int64_t at_ms)
{
    struct payment p = {
        .user_id = user,
        .amount_minor = m->gross,
        .tax_minor = m->tax,
        .fee_minor = m->fee,
        .months = 1,
        .paid_ms = at_ms,
        .provider = "test",
        .provider_ref = arena_printf(a, "p%" PRId64 "-%" PRId64, user, at_ms),
        .currency = "XTS",
    };
    struct unit_list units;

    CHECK_INT(db_transact(money, book_it, &p), RC_OK);
    CHECK_INT(unit_list(money, a, user, &units), RC_OK);
    CHECK_INT(db_run(admin, &q_set_policy, ARGS(I64(policy(t)), I64(units.items[0].id)), NULL),
              RC_OK);
    if (m->refunded)
        give_back(user, at_ms, m->refunded, at_ms + DAY_MS, REVERSAL_DONE);
    script("DELETE FROM watch_dirty");
    return units.items[0].id;
}

static void watch_video(int64_t user, int64_t unit, int64_t video, int64_t whom, int64_t ms)
{
    CHECK_INT(db_run(admin, &q_add_watch,
                     ARGS(I64(user), I64(paid_ms / DAY_MS), I64(video), I64(whom), I64(unit),
                          I64(ms), I64(ms)),
                     NULL),
              RC_OK);
}

static void watch(int64_t user, int64_t unit, int64_t whom, int64_t seconds)
{
    watch_video(user, unit, whom, whom, seconds * SECOND_MS);
}

static struct settled settle(int64_t now_ms)
{
    struct settled sum;
    CHECK_INT(settle_run(money, a, now_ms, false, &sum, NULL), RC_OK);
    return sum;
}

static struct month close_months(int64_t now_ms)
{
    struct month last = { 0 };
    int64_t closed;
    CHECK_INT(month_close_due(money, a, now_ms, INT64_MAX, &closed, &last), RC_OK);
    return last;
}

static struct matured mature(int64_t now_ms)
{
    struct matured sum;
    CHECK_INT(mature_run(money, a, now_ms, false, &sum), RC_OK);
    return sum;
}

static struct unit unit_of(int64_t user)
{
    struct unit_list units;
    CHECK_INT(unit_list(money, a, user, &units), RC_OK);
    return units.n ? units.items[0] : (struct unit){ 0 };
}

/* The vectors */

static enum rc seed_idle(struct db *db, void *arg)
{
    const struct ledger_leg leg = { psp, site(ACCOUNT_IDLE), *(int64_t *)arg, 0 };
    const struct posting p = {
        .ikey = "seed", .kind = "seed", .currency = "XTS", .legs = &leg, .n = 1
    };
    return ledger_post(db, a, &p);
}

static void enter(const struct market *m, const char *rule, int64_t units[UNITS_MAX])
{
    const struct terms t = { rule, "shared", "uplift", m->share_bp, m->min_seconds, 30 };
    int64_t idle = m->idle;

    begin();
    if (idle)
        CHECK_INT(db_transact(money, seed_idle, &idle), RC_OK);
    for (size_t u = 0; u < m->units; u++) {
        units[u] = pay(member(u), &m->money[u], &t, paid_ms);
        for (size_t c = 0; c < m->creators; c++)
            if (m->seconds[u][c])
                watch(member(u), units[u], creator(c), m->seconds[u][c]);
    }
}

/* All of it has left the accounts that hold money only until it is known whose it is. */
static void check_end(const struct market *m, const struct month *closed, json_object *want)
{
    CHECK_INT(closed->month, MONTH);
    CHECK_INT(closed->units, (int64_t)m->units);
    CHECK_INT(closed->idle_out_minor, number(want, "idle_out"));
    CHECK_INT(on(ACCOUNT_IDLE, 0), number(want, "idle_out"));
    CHECK_INT(on(ACCOUNT_POOL, 0), 0);
    CHECK_INT(on(ACCOUNT_DEFERRED, 0), 0);
    CHECK_INT(on(ACCOUNT_PLATFORM, 0), number(want, "platform"));
    for (size_t c = 0; c < m->creators; c++)
        CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(c)),
                  number(get(want, "earned"), m->creator_name[c]));
    struct matured sum = mature(matured_ms);
    CHECK_INT(sum.units, (int64_t)m->units);
    CHECK_INT(sum.months, 1);
    for (size_t c = 0; c < m->creators; c++) {
        CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(c)), 0);
        CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, creator(c)),
                  number(get(want, "earned"), m->creator_name[c]));
    }
}

static void check_shares(const struct market *m, int64_t unit, json_object *alloc)
{
    for (size_t c = 0; c < m->creators; c++) {
        int64_t got = count(&q_share, ARGS(I64(unit), I64(creator(c))));
        CHECK_INT(MAX_OF(got, 0), alloc ? number(alloc, m->creator_name[c]) : 0);
    }
}

/* Whichever rule was used, the simulation says what both would pay. */
static void check_simulation(const struct market *m, const struct month *closed,
                             json_object *vector)
{
    json_object *user = get(vector, "user"), *scaled = get(vector, "scaled");
    struct simulation s;

    CHECK_INT(simulate_month(money, a, closed, &s), RC_OK);
    for (size_t i = 0; i < s.n; i++) {
        const char *name = m->creator_name[s.items[i].creator_id - creator(0)];
        CHECK_INT(s.items[i].user_minor, number(get(user, "earned"), name));
        CHECK_INT(s.items[i].scaled_minor, number(get(scaled, "earned"), name));
    }
    CHECK_INT(s.user_idle_minor, number(user, "idle_out"));
    CHECK_INT(s.scaled_idle_minor, number(scaled, "idle_out"));
}

static void check_user(const struct market *m, json_object *vector)
{
    json_object *want = get(vector, "user");
    int64_t ids[UNITS_MAX];
    json_object *units = get(want, "units");

    enter(m, "user", ids);
    CHECK_INT(settle(settled_ms).units, (int64_t)m->units);
    json_object_array_sort(units, by_unit_id);
    for (size_t u = 0; u < m->units; u++) {
        json_object *w = json_object_array_get_idx(units, u);
        struct unit got = unit_of(member(u));
        CHECK_INT(got.net_minor, number(w, "net"));
        CHECK_INT(got.shortfall_minor, number(w, "shortfall"));
        CHECK_INT(got.creators_minor, number(w, "creators"));
        CHECK_INT(got.platform_minor, number(w, "platform"));
        CHECK_INT(got.idle_minor, number(w, "idle"));
        check_shares(m, ids[u], get(w, "alloc"));
    }
    struct month closed = close_months(closed_ms);
    CHECK_INT(closed.uplift_minor, number(want, "uplift_total"));
    for (size_t c = 0; c < m->creators; c++)
        CHECK_INT(count(&q_uplift, ARGS(I64(MONTH), I64(creator(c)))),
                  number(get(want, "uplift"), m->creator_name[c]));
    check_simulation(m, &closed, vector);
    check_end(m, &closed, want);
}

static void check_scaled(const struct market *m, json_object *vector)
{
    json_object *want = get(vector, "scaled");
    int64_t ids[UNITS_MAX];

    enter(m, "scaled", ids);
    CHECK_INT(settle(settled_ms).units, (int64_t)m->units);
    CHECK_INT(mature(matured_ms).units, 0); /* not before the month is closed */
    struct month closed = close_months(closed_ms);
    for (size_t u = 0; u < m->units; u++)
        check_shares(m, ids[u], get(get(want, "alloc"), m->unit_name[u]));
    check_simulation(m, &closed, vector);
    check_end(m, &closed, want);
}

/* Within what a policy and a leg may be. */
static bool is_possible(const struct market *m)
{
    bool possible = m->units > 0 && m->share_bp > 0;

    for (size_t u = 0; u < m->units; u++)
        possible &= m->money[u].gross <= LEDGER_AMOUNT_MAX;
    return possible;
}

static void check_file(const char *path)
{
    static struct market m;
    json_object *vectors = json_object_from_file(path);
    int run = 0;

    CHECK(vectors != NULL);
    for (size_t i = 0; vectors && i < json_object_array_length(vectors); i++) {
        json_object *vector = json_object_array_get_idx(vectors, i);
        int before = checks_bad;
        read_market(vector, &m);
        if (!is_possible(&m))
            continue;
        check_user(&m, vector);
        check_scaled(&m, vector);
        run++;
        if (checks_bad > before)
            printf("  in the vector \"%s\"\n", json_object_get_string(get(vector, "name")));
    }
    printf("  %d vectors under both rules\n", run);
    json_object_put(vectors);
}

static void the_vectors(void)
{
    for (size_t i = 0; vector_files[i]; i++)
        check_file(vector_files[i]);
}

/* Who is excluded, and who waits */

static const struct unit_money price = { 999, 167, 40, 0 }; /* 792: 554 for creators, 238 */

static void some_are_left_out(void)
{
    begin();
    script("UPDATE user SET blocked = 1 WHERE id IN (4, 66);" /* a viewer and a creator */
           " INSERT INTO video (id, public_id, user_id, category_id, title, state, free_state,"
           " created_ms) VALUES (1, 'AAAAAAAAAAA', 67, 1, 'good', 'ready', NULL, 0),"
           " (2, 'BBBBBBBBBBB', 67, 1, 'bad', 'limited', 'ready', 0);"
           " INSERT INTO payee (user_id, provider, state, fingerprint, created_ms, updated_ms)"
           " VALUES (1, 'test', 'active', 'f1', 0, 0), (65, 'test', 'active', 'f1', 0, 0),"
           " (2, 'test', 'active', '', 0, 0), (67, 'test', 'active', '', 0, 0)");
    int64_t one = pay(1, &price, &by_user, paid_ms), two = pay(2, &price, &by_user, paid_ms);
    int64_t three = pay(3, &price, &by_user, paid_ms), four = pay(4, &price, &by_user, paid_ms);
    watch_video(1, one, 9, 65, 100000); /* shares the viewer's account */
    watch_video(1, one, 1, 67, 70999);  /* whole seconds of all videos together */
    watch_video(1, one, 3, 67, 1001);
    watch_video(1, one, 2, 67, 500000); /* a video that is held */
    watch_video(2, two, 9, 65, 60000);
    watch_video(2, two, 8, 66, 900000); /* a banned creator */
    watch_video(2, two, 1, 67, 60000);
    watch_video(3, three, 1, 67, 59999);
    watch_video(4, four, 1, 67, 900000);
    CHECK_INT(settle(settled_ms).units, 4);
    CHECK_INT(count(&q_share, ARGS(I64(one), I64(65))), -1);
    CHECK_INT(count(&q_share, ARGS(I64(one), I64(67))), 554);
    CHECK_INT(count(&q_share_seconds, ARGS(I64(one), I64(67))), 72);
    CHECK_INT(count(&q_share, ARGS(I64(two), I64(65))), 277);
    CHECK_INT(count(&q_share, ARGS(I64(two), I64(66))), -1);
    CHECK_INT(unit_of(3).idle_minor, 554);
    CHECK_INT(unit_of(3).seconds, 59);
    CHECK_INT(unit_of(4).idle_minor, 554);
    CHECK_INT(on(ACCOUNT_IDLE, 0), 2 * 554);
    CHECK_INT(on(ACCOUNT_DEFERRED, 0), 0);
    watch_video(3, three, 7, 65, 900000); /* too late */
    CHECK_INT(settle(settled_ms).units, 0);
    CHECK_INT(unit_of(3).seconds, 59);
}

static void of_too_many_those_watched_longest_count(void)
{
    enum { MANY = UNIT_CREATORS_MAX + 2, FIRST = 1000 };
    struct rows rows = { .a = a };
    STMT(q_crowd, NULL,
         "INSERT IGNORE INTO user (id, email, handle, display_name, created_ms) SELECT id,"
         " CONCAT('u', id, '@example.org'), CONCAT('u', id), 'Unit', 0 FROM JSON_TABLE(?, '$[*]'"
         " COLUMNS (id BIGINT PATH '$[0]')) r");
    STMT(q_watched, NULL,
         "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms,"
         " lost) SELECT x.user_id, 20463, c.id, c.id, x.id, 1000 * (c.id - 990),"
         " 1000 * (c.id - 990), 0 FROM unit x JOIN user c ON c.id >= 1000");
    begin();
    for (int64_t i = 0; i < MANY; i++)
        rows_addf(&rows, "%" PRId64, FIRST + i);
    CHECK_INT(rows_run(admin, &q_crowd, &rows, NULL), RC_OK);
    for (int64_t u = 1; u <= 12; u++) /* more shares than one answer holds */
        pay(u, &price, &by_user, paid_ms);
    CHECK_INT(db_run(admin, &q_watched, NO_ARGS, NULL), RC_OK);
    CHECK_INT(settle(settled_ms).units, 12);
    for (int64_t u = 1; u <= 12; u++) {
        int64_t id = unit_of(u).id;
        CHECK_INT(count(&q_share_seconds, ARGS(I64(id), I64(FIRST + 1))), 0);
        CHECK_INT(count(&q_share_seconds, ARGS(I64(id), I64(FIRST + 2))), 12);
        CHECK_INT(unit_of(u).seconds, (12 + 11 + UNIT_CREATORS_MAX) * UNIT_CREATORS_MAX / 2);
    }
    CHECK_INT(on(ACCOUNT_DEFERRED, 0), 0);
    CHECK_INT(mature(matured_ms).units, 12);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, FIRST + 500), 0);
}

static void some_wait(void)
{
    begin();
    for (int64_t user = 1; user <= 3; user++)
        watch(user, pay(user, &price, &by_user, paid_ms), creator(0), 100);
    CHECK_INT(settle(settled_ms - 1).units, 0);
    script("UPDATE unit SET frozen = 1 WHERE user_id = 1;"
           " INSERT INTO watch_dirty (user_id, day) VALUES (2, 20493), (3, 20494)");
    struct settled s = settle(settled_ms); /* the last of its days, and the day after */
    CHECK_INT(s.units, 1);
    CHECK_INT(s.waiting, 1);
    CHECK_INT(unit_of(3).settled_ms, settled_ms);
    script("DELETE FROM watch_dirty;"
           " INSERT INTO watch_node (node, all_before_ms) VALUES ('a', 1770681600001),"
           " ('b', 1770681600000)");
    s = settle(settled_ms);
    CHECK_INT(s.units, 0);
    CHECK_INT(s.waiting, 1);
    script("UPDATE watch_node SET all_before_ms = 1770681600001");
    CHECK_INT(settle(settled_ms).units, 1);
    script("UPDATE unit SET frozen = 0 WHERE user_id = 1; UPDATE unit SET frozen = 1 WHERE"
           " user_id = 2");
    CHECK_INT(settle(settled_ms + 1).units, 1);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(0)), 3 * 554);
    CHECK_INT(mature(settled_ms + 30 * DAY_MS - 1).units, 0);
    CHECK_INT(mature(settled_ms + 30 * DAY_MS).units, 1);
    CHECK_INT(mature(settled_ms + 30 * DAY_MS + 1).units, 1);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, creator(0)), 2 * 554);
}

static void each_waits_as_long_as_its_terms_say(void)
{
    const struct terms at_once = { "user", "shared", "uplift", 7000, 60, 0 },
                       pool_at_once = { "scaled", "shared", "uplift", 7000, 60, 0 };

    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    watch(2, pay(2, &price, &at_once, paid_ms), creator(1), 100);
    watch(3, pay(3, &price, &pool_at_once, paid_ms), creator(2), 100);
    settle(settled_ms);
    CHECK_INT(mature(settled_ms).minor, 554);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, creator(1)), 554);
    CHECK_INT(mature(closed_ms).units, 0);
    close_months(closed_ms);
    CHECK_INT(mature(closed_ms).units, 1); /* the pool is divided now */
    CHECK(on(ACCOUNT_CREATOR_PAYABLE, creator(2)) > 0);
    CHECK_INT(mature(settled_ms + 30 * DAY_MS).units, 1);
    begin();
    script("DELETE FROM policy");
}

static void a_dry_run_says_and_does_nothing(void)
{
    struct settled sum;
    struct month plan;
    struct matured ready;
    struct tally_list by_creator;

    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    pay(2, &price, &by_user, paid_ms);
    CHECK_INT(settle_run(money, a, settled_ms, true, &sum, NULL), RC_OK);
    CHECK_INT(sum.units, 2);
    CHECK_INT(sum.creators_minor, 554);
    CHECK_INT(sum.idle_minor, 554);
    CHECK_INT(sum.platform_minor, 2 * 238);
    CHECK(sum.earned.n == 1 && sum.earned.items[0].minor == 554);
    CHECK_INT(count(&q_settled, NO_ARGS), 0);
    settle(settled_ms);
    CHECK_INT(month_plan(money, a, closed_ms - 1, &plan, &by_creator), RC_NOT_FOUND);
    CHECK_INT(month_plan(money, a, closed_ms, &plan, &by_creator), RC_OK);
    CHECK_INT(plan.uplift_minor, 237);
    CHECK(by_creator.n == 1 && by_creator.items[0].minor == 237);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(0)), 554);
    close_months(closed_ms);
    CHECK_INT(mature_run(money, a, matured_ms, true, &ready), RC_OK);
    CHECK_INT(ready.minor, 554 + 237);
    CHECK_INT(ready.units, 2);
    CHECK_INT(ready.months, 1);
    CHECK(ready.earned.n == 1 && ready.earned.items[0].minor == 554 + 237);
    CHECK_INT(on(ACCOUNT_CREATOR_PAYABLE, creator(0)), 0);
}

/* Successive months */

static void idle_money_is_carried(void)
{
    const int64_t next_ms = clock_add_months(paid_ms, 1);
    struct month m;

    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    pay(2, &price, &by_user, paid_ms);
    pay(1, &price, &by_user, next_ms);
    pay(2, &price, &by_user, next_ms);
    settle(settled_ms);
    settle(clock_add_months(settled_ms, 1)); /* before the first month is closed */
    CHECK_INT(on(ACCOUNT_IDLE, 0), 3 * 554);
    m = close_months(closed_ms);
    CHECK_INT(m.idle_in_minor, 554);
    CHECK_INT(m.idle_out_minor, 554 - 237);
    struct month_list months;
    m = close_months(clock_add_months(closed_ms, 2)); /* two at once, one of them empty */
    CHECK_INT(month_list(money, a, &months), RC_OK);
    CHECK_INT((int64_t)months.n, 3);
    CHECK_INT(months.items[1].idle_in_minor, 3 * 554 - 237);
    CHECK_INT(m.month, MONTH + 2);
    CHECK_INT(m.units, 0);
    CHECK_INT(m.idle_out_minor, 3 * 554 - 237);
    CHECK_STR(m.currency, "XTS");

    give_back(2, next_ms, 999, clock_add_months(closed_ms, 2), REVERSAL_DONE);
    give_back(2, paid_ms, 999, clock_add_months(closed_ms, 2), REVERSAL_DONE);
    give_back(1, next_ms, 999, clock_add_months(closed_ms, 2), REVERSAL_DONE);
    CHECK_INT(on(ACCOUNT_IDLE, 0), -237); /* what raised the earnings is gone */
    watch(3, pay(3, &price, &by_user, clock_add_months(paid_ms, 2)), creator(1), 100);
    settle(clock_add_months(settled_ms, 3)); /* the two months before are closed */
    m = close_months(clock_add_months(closed_ms, 4));
    CHECK_INT(m.idle_in_minor, -237);
    CHECK_INT(m.uplift_minor, 0);
    CHECK_INT(m.idle_out_minor, -237);
}

static void terms_differ_within_a_month(void)
{
    const struct terms to_platform = { "user", "platform", "platform", 5000, 60, 30 };

    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    watch(2, pay(2, &price, &by_pool, paid_ms), creator(1), 100);
    pay(3, &price, &to_platform, paid_ms); /* 832, of which 416 idle, 416 - 40 the platform's */
    pay(4, &price, &by_pool, paid_ms);
    settle(settled_ms);
    check_balances(site(ACCOUNT_POOL), 554);
    check_balances(site(ACCOUNT_IDLE), 554 + 416);
    struct month m = close_months(closed_ms);
    CHECK_INT(m.platform_minor, 416);
    CHECK_INT(m.uplift_minor, 237);
    CHECK_INT(m.pool_minor, 554 + 554 - 237);
    CHECK_INT(m.scaled_minor, 792);
    CHECK_INT(m.idle_out_minor, 554 + 554 - 237 - 792);
    check_balances(site(ACCOUNT_IDLE), m.idle_out_minor);
    check_balances(site(ACCOUNT_POOL), 0);
    check_balances(site(ACCOUNT_PLATFORM), 3 * 238 + 416 - 40 + 416);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(0)), 554 + 237);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(1)), 792);
}

static void nothing_is_settled_into_a_closed_month(void)
{
    const int64_t late_ms = settled_ms + 15 * DAY_MS; /* of the same month */
    struct problem why = { NULL, NULL };
    struct settled sum;

    begin();
    CHECK_INT(month_of(late_ms), MONTH);
    watch(1, pay(1, &price, &by_pool, paid_ms), creator(0), 100);
    settle(settled_ms);
    close_months(closed_ms);
    watch(2, pay(2, &price, &by_pool, paid_ms), creator(1), 100);
    CHECK_INT(settle_run(money, a, late_ms, false, &sum, &why), RC_CONFLICT);
    CHECK(why.text && strstr(why.text, "is closed, so nothing can be settled in it"));
    CHECK_INT(sum.units, 0);
    CHECK_INT(unit_of(2).settled_ms, 0);
    CHECK_INT(settle_run(money, a, late_ms, true, &sum, NULL), RC_CONFLICT);
    check_balances(site(ACCOUNT_POOL), 0);

    settle(closed_ms); /* the next month is open */
    CHECK_INT(unit_of(2).settled_ms, closed_ms);
    close_months(clock_add_months(closed_ms, 1));
    check_balances(site(ACCOUNT_POOL), 0);
    CHECK(on(ACCOUNT_CREATOR_HELD, creator(1)) >= 554);
}

static void as_many_months_are_closed_as_asked(void)
{
    const int64_t later_ms = clock_add_months(closed_ms, 3);
    struct month last;
    int64_t closed, month;

    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    CHECK_INT(month_due(money, a, later_ms, &month), RC_NOT_FOUND);
    settle(settled_ms);
    CHECK_INT(month_due(money, a, closed_ms - 3 * DAY_MS, &month), RC_NOT_FOUND);
    CHECK_INT(month_close_due(money, a, later_ms, 1, &closed, &last), RC_OK);
    CHECK_INT(closed, 1);
    CHECK_INT(last.month, MONTH);
    CHECK_INT(month_due(money, a, later_ms, &month), RC_OK);
    CHECK_INT(month, MONTH + 1);
    CHECK_INT(month_close_due(money, a, later_ms, 2, &closed, &last), RC_OK);
    CHECK_INT(closed, 2);
    CHECK_INT(month_close_due(money, a, later_ms, 5, &closed, &last), RC_OK);
    CHECK_INT(closed, 1);
    CHECK_INT(last.month, MONTH + 3);
    CHECK_INT(month_close_due(money, a, later_ms, 5, &closed, &last), RC_NOT_FOUND);
}

/* One month is watched, two are idle: however the terms are, it returns at most its net. */
static void a_month_with(const struct terms *t, const struct unit_money *m)
{
    const struct conf before = *conf();

    begin();
    OWN_CONF->rule = str_eq(t->rule, "user") ? RULE_USER : RULE_SCALED;
    OWN_CONF->fees = str_eq(t->fees, "shared") ? FEES_SHARED : FEES_PLATFORM;
    OWN_CONF->idle = str_eq(t->idle, "uplift") ? IDLE_UPLIFT : IDLE_PLATFORM;
    OWN_CONF->share_bp = t->share_bp;
    watch(1, pay(1, m, t, paid_ms), creator(0), 100);
    watch(1, unit_of(1).id, creator(1), 50);
    pay(2, &price, t, paid_ms);
    pay(3, &price, t, paid_ms);
    *OWN_CONF = before;
    settle(settled_ms);
    close_months(closed_ms);
    int64_t got = on(ACCOUNT_CREATOR_HELD, creator(0)) + on(ACCOUNT_CREATOR_HELD, creator(1));
    int64_t left = m->gross - m->refunded - m->fee - (m->tax - m->tax * m->refunded / m->gross);
    if (got > MAX_OF(left, unit_of(1).creators_minor))
        printf("  %s fees=%s idle=%s share_bp=%" PRId64 ": %" PRId64 " of %" PRId64 "\n", t->rule,
               t->fees, t->idle, t->share_bp, got, left);
    CHECK(got <= MAX_OF(left, unit_of(1).creators_minor));
    CHECK_INT(unit_of(1).net_minor, unit_of(1).creators_minor + unit_of(1).platform_minor);
    CHECK(got >= unit_of(1).creators_minor);
    check_balances(site(ACCOUNT_POOL), 0);
    check_balances(site(ACCOUNT_DEFERRED), 0);
}

static void no_terms_return_more_than_a_months_net(void)
{
    static const char *const rules[] = { "user", "scaled" },
                             *const fees[] = { "shared", "platform" },
                             *const idles[] = { "uplift", "platform" };
    static const int64_t shares[] = { 7000, 1, 9900, 10000 };
    static const struct unit_money paid[] = {
        { 999, 0, 40, 0 }, { 999, 167, 40, 0 }, { 999, 167, 40, 400 }, { 999, 0, 500, 100 }
    };

    for (size_t i = 0; i < 8 * COUNT(shares) * COUNT(paid); i++) {
        size_t rest = i / 8;
        const struct terms t = {
            rules[i % 2], fees[i / 2 % 2], idles[i / 4 % 2], shares[rest % COUNT(shares)], 60, 30
        };
        a_month_with(&t, &paid[rest / COUNT(shares)]);
    }
}

static void a_refund_that_failed_is_settled_again(void)
{
    begin();
    watch(1, pay(1, &price, &by_user, paid_ms), creator(0), 100);
    give_back(1, paid_ms, 999, settled_ms - 1, REVERSAL_DONE);
    CHECK_INT(settle(settled_ms).waiting, 1); /* its days are to be counted again */
    script("DELETE FROM watch_dirty");
    settle(settled_ms); /* of nothing */
    CHECK_INT(unit_of(1).settled_ms, settled_ms);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(0)), 0);
    give_back(1, paid_ms, 999, settled_ms + 2, REVERSAL_UNDONE);
    CHECK_INT(unit_of(1).settled_ms, 0);
    script("DELETE FROM watch_day; DELETE FROM watch_dirty");
    watch(1, unit_of(1).id, creator(1), 100);
    CHECK_INT(settle(settled_ms + 3).units, 1);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(0)), 0);
    CHECK_INT(on(ACCOUNT_CREATOR_HELD, creator(1)), 554);
    CHECK_INT(on(ACCOUNT_DEFERRED, 0), 0);
    CHECK_INT(on(ACCOUNT_FEES_LOST, 0), 0);
}

static enum rc take_key(struct db *db, void *arg)
{
    const struct ledger_leg leg = { psp, site(ACCOUNT_VAT), 1, 0 };
    const struct posting p = {
        .ikey = arg, .kind = "other", .currency = "XTS", .legs = &leg, .n = 1
    };
    return ledger_post(db, a, &p);
}

static void one_that_fails_does_not_hold_up_the_others(void)
{
    struct settled sum;

    begin();
    for (int64_t user = 1; user <= 3; user++)
        pay(user, &price, &by_user, paid_ms);
    char *key = arena_printf(a, "settle:%" PRId64 ":1", unit_of(2).id);
    CHECK_INT(db_transact(money, take_key, key), RC_OK);
    CHECK_INT(settle_run(money, a, settled_ms, false, &sum, NULL), RC_CONFLICT);
    CHECK_INT(sum.units, 2);
    CHECK_INT(unit_of(2).settled_ms, 0);
    CHECK_INT(unit_of(3).settled_ms, settled_ms);
}

/* Killed, lost, done at once */

static const char *dump(void)
{
    struct line_list lines;
    struct sb o = { .a = a };

    CHECK_INT(DB_LIST(admin, a, &q_dump, NO_ARGS, DUMP_LINES_MAX, &lines), RC_OK);
    for (size_t i = 0; i < lines.n; i++)
        sb_addf(&o, "%s\n", lines.items[i].text);
    return o.buf ? o.buf : "";
}

static const char *const kept[] = { "ledger_account", "ledger_tx",  "ledger_leg",  "ledger_balance",
                                    "unit",           "unit_share", "month_close", "month_uplift" };

static void keep(void)
{
    for (size_t i = 0; i < COUNT(kept); i++)
        script(arena_printf(
            a, "DROP TABLE IF EXISTS kept_%s; CREATE TABLE kept_%s AS SELECT * FROM %s", kept[i],
            kept[i], kept[i]));
}

static void put_back(void)
{
    script("SET foreign_key_checks = 0; DELETE FROM ledger_unsummed; DELETE FROM ledger_unaudited");
    for (size_t i = 0; i < COUNT(kept); i++)
        script(arena_printf(a, "DELETE FROM %s; INSERT INTO %s SELECT * FROM kept_%s", kept[i],
                            kept[i], kept[i]));
    script("SET foreign_key_checks = 1");
}

static const struct phase {
    const char *name;
    const int64_t *now_ms;
} phases[] = { { "settle", &settled_ms }, { "close", &closed_ms }, { "mature", &matured_ms } };

static int child(const char *phase, int64_t now_ms)
{
    struct settled s;
    struct matured m;
    struct month last;
    int64_t closed;
    enum rc rc = str_eq(phase, "settle") ? settle_run(money, a, now_ms, false, &s, NULL)
                 : str_eq(phase, "close")
                     ? month_close_due(money, a, now_ms, INT64_MAX, &closed, &last)
                     : mature_run(money, a, now_ms, false, &m);
    return rc_exit(rc == RC_NOT_FOUND ? RC_OK : rc);
}

static pid_t start(const struct phase *p, const char *fault)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (fault)
            setenv("FAULT", fault, 1);
        execl("/proc/self/exe", "unit_settle", p->name, arena_printf(a, "%" PRId64, *p->now_ms),
              NULL);
        _exit(1);
    }
    return pid;
}

/* Its exit code, or 128 and the number of the signal that ended it. */
static int result_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void run_to_end(const struct phase *p)
{
    int result = 75;

    for (int i = 0; result == 75 && i < TRIES; i++)
        result = result_of(start(p, NULL));
    CHECK_INT(result, 0);
}

/* The books after as many runs as it takes: while the server undoes what a killed process left, a run
 * passes over those months, and the next one has to take them up. */
static const char *run_until(const struct phase *p, const char *want)
{
    const char *got = NULL;

    for (int i = 0; i < TRIES && !(got && str_eq(got, want)); i++) {
        run_to_end(p);
        got = dump();
    }
    return got;
}

/* Does the N-th step of the phase meet that fault? The books are the same in any case. */
static bool check_step(const struct phase *p, const char *kind, int step, const char *want)
{
    put_back();
    int result = result_of(start(p, arena_printf(a, "%s:%d", kind, step)));
    CHECK(result == 0 || result == 75 || result == 128 + SIGKILL);
    const char *got = run_until(p, want);
    if (!str_eq(got, want))
        printf("  %s, FAULT=%s:%d\n%s", p->name, kind, step, got);
    CHECK(str_eq(got, want));
    return result == 128 + SIGKILL;
}

static void check_faults(const struct phase *p, const char *want)
{
    static const char *const kinds[] = { "after", "lost", "unheard" };
    int steps = 0;

    while (steps < STEPS_MAX && check_step(p, "before", steps + 1, want))
        steps++;
    CHECK(steps > 8 && steps < STEPS_MAX);
    for (int step = 1; step <= steps; step++)
        for (size_t i = 0; i < COUNT(kinds); i++)
            CHECK(check_step(p, kinds[i], step, want) == (i == 0));
}

static void check_at_once(const struct phase *p, const char *want)
{
    pid_t pids[PROCESSES];

    put_back();
    for (int i = 0; i < PROCESSES; i++)
        pids[i] = start(p, NULL);
    for (int i = 0; i < PROCESSES; i++) {
        int result = result_of(pids[i]);
        CHECK(result == 0 || result == 75);
    }
    CHECK(str_eq(run_until(p, want), want));
}

/* Both rules, an idle member, a refund, an account that exists and some that do not. */
static void enter_mixed(size_t units)
{
    const struct unit_money refunded = { 999, 167, 40, 400 };

    begin();
    for (size_t u = 0; u < units; u++) {
        int64_t id = pay(member(u), u % 7 == 3 ? &refunded : &price, u % 3 ? &by_user : &by_pool,
                         paid_ms);
        for (size_t c = 0; c < 3 && u % 5 != 4; c++)
            watch(member(u), id, creator((u + c) % 8), 50 + 10 * member(u) + 100 * (int64_t)c);
    }
}

static void whatever_happens_the_books_are_the_same(void)
{
    enter_mixed(10);
    for (size_t i = 0; i < COUNT(phases); i++) {
        keep();
        run_to_end(&phases[i]);
        const char *want = dump();
        run_to_end(&phases[i]);
        CHECK(str_eq(dump(), want));
        check_faults(&phases[i], want);
        check_at_once(&phases[i], want);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(the_vectors),
        CASE(some_are_left_out),
        CASE(of_too_many_those_watched_longest_count),
        CASE(some_wait),
        CASE(each_waits_as_long_as_its_terms_say),
        CASE(a_dry_run_says_and_does_nothing),
        CASE(idle_money_is_carried),
        CASE(terms_differ_within_a_month),
        CASE(nothing_is_settled_into_a_closed_month),
        CASE(as_many_months_are_closed_as_asked),
        CASE(no_terms_return_more_than_a_months_net),
        CASE(a_refund_that_failed_is_settled_again),
        CASE(one_that_fails_does_not_hold_up_the_others),
        CASE(whatever_happens_the_books_are_the_same),
    };
    int64_t now_ms;

    if (argc == 3 && str_to_i64(argv[2], strlen(argv[2]), 1, INT64_MAX, &now_ms) == RC_OK) {
        a = arena_new(64 << 20);
        money = db_new(DB_MONEY, 30);
        return child(argv[1], now_ms);
    }
    int files = vectors_of(argc, argv);
    CHECK_CHOOSE(argc - files, argv + files, cases);
    admin = own_db("settle_hours = 48\nclose_day = 3\nclawback = offset\n");
    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 30);
    add_users();
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_settle");
}
