/*
 * How fast paid months are settled and the earnings made payable, in a database of its own on the
 * server of OVS_CONF. The yardstick writes the same legs with one plain INSERT each into a table
 * with the columns and indexes of ledger_leg, with as many units a transaction, and does nothing
 * else.
 */
#include "app/money/settle.h"
#include "base/clock.h"
#include "io/rows.h"
#include "own_db.h"

enum { UNITS = 5000, CREATORS = 200, WATCHED = 5, VIDEOS = 6, HOLD_DAYS = 30 };

static struct arena *a;
static struct db *money, *admin;

struct leg {
    int64_t tx_id, legs, line, debit_id, credit_id, amount_minor, unit_id;
};
struct leg_list {
    struct leg *items;
    size_t n;
};
SHAPE(leg_shape, struct leg, COLUMN(struct leg, tx_id), COLUMN(struct leg, legs),
      COLUMN(struct leg, line), COLUMN(struct leg, debit_id), COLUMN(struct leg, credit_id),
      COLUMN(struct leg, amount_minor), COLUMN(struct leg, unit_id));

STMT(q_users, NULL,
     "INSERT INTO user (id, email, handle, display_name, created_ms) SELECT id,"
     " CONCAT('u', id, '@example.org'), CONCAT('u', id), 'Bench', 0 FROM JSON_TABLE(?, '$[*]'"
     " COLUMNS (id BIGINT PATH '$[0]')) r");
STMT(q_payments, NULL,
     "INSERT INTO payment (id, user_id, provider, provider_ref, amount_minor, tax_minor, currency,"
     " starts_ms, ends_ms, paid_ms) SELECT id, id, 'test', id, 999, 167, 'XTS', 0, 1, 0"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) r");
STMT(q_units, NULL,
     "INSERT INTO unit (id, payment_id, n, user_id, policy_id, starts_ms, ends_ms, currency,"
     " gross_minor, tax_minor, fee_minor) SELECT id, id, 0, id, 1, 0, 1, 'XTS', 999, 167, 40"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) r");
STMT(
    q_days, NULL,
    "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)"
    " SELECT unit_id, 0, video_id, creator_id, unit_id, ms, ms, 0 FROM JSON_TABLE(?, '$[*]'"
    " COLUMNS (unit_id BIGINT PATH '$[0]', video_id BIGINT PATH '$[1]',"
    " creator_id BIGINT PATH '$[2]', ms BIGINT PATH '$[3]')) r");
STMT(q_legs, &leg_shape,
     "SELECT tx_id, legs, line, debit_id, credit_id, amount_minor, unit_id FROM ledger_leg"
     " WHERE tx_id > ? AND tx_id <= ? ORDER BY tx_id, line");
STMT(
    q_plain, NULL,
    "INSERT INTO plain_leg (tx_id, legs, line, debit_id, credit_id, currency, amount_minor, unit_id)"
    " VALUES (?, ?, ?, ?, ?, 'XTS', ?, ?)");

static void must(enum rc rc)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "bench_settle: %s\n", rc_name(rc));
    exit(1);
}

static void script(const char *sql) { must(db_script(admin, sql)); }

static void fill(void)
{
    struct rows users = { .a = a }, units = { .a = a }, days = { .a = a };

    script("INSERT INTO policy (id, rule, share_bp, fees, idle, min_unit_seconds, hold_days,"
           " since_ms) VALUES (1, 'user', 7000, 'shared', 'uplift', 60, 30, 0)");
    for (int64_t id = 1; id <= UNITS + CREATORS; id++)
        rows_addf(&users, "%" PRId64, id);
    for (int64_t id = 1; id <= UNITS; id++) {
        rows_addf(&units, "%" PRId64, id);
        for (int64_t v = 0; v < WATCHED * VIDEOS; v++)
            rows_addf(&days, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, id, v,
                      UNITS + 1 + (id * 7 + v % WATCHED * 31) % CREATORS, 60000 + id * v % 600000);
    }
    must(rows_run(admin, &q_users, &users, NULL));
    must(rows_run(admin, &q_payments, &units, NULL));
    must(rows_run(admin, &q_units, &units, NULL));
    must(rows_run(admin, &q_days, &days, NULL));
    script("CREATE TABLE plain_leg LIKE ledger_leg");
    arena_reset(a);
}

static enum rc write_plain(struct db *db, void *arg)
{
    const struct leg_list *legs = arg;

    for (const struct leg *l = legs->items; l < legs->items + legs->n; l++)
        TRY(db_run(db, &q_plain,
                   ARGS(I64(l->tx_id), I64(l->legs), I64(l->line), I64(l->debit_id),
                        I64(l->credit_id), I64(l->amount_minor), I64(l->unit_id)),
                   NULL));
    return RC_OK;
}

/* Writes the legs of transactions first to last again, plainly; how many, and in how many ms. */
static size_t yardstick(int64_t first, int64_t last, int64_t *ms)
{
    struct leg_list legs;
    size_t n = 0;

    *ms = 0;
    for (int64_t tx = first; tx <= last; tx += SETTLE_BATCH) {
        must(DB_LIST(admin, a, &q_legs, ARGS(I64(tx - 1), I64(tx - 1 + SETTLE_BATCH)), DB_ROWS_MAX,
                     &legs));
        int64_t start_ms = clock_monotonic_ms();
        must(db_transact(admin, write_plain, &legs));
        *ms += clock_monotonic_ms() - start_ms;
        n += legs.n;
        arena_reset(a);
    }
    return n;
}

static void show(const char *what, int64_t ms, int64_t first)
{
    int64_t plain_ms;
    size_t legs = yardstick(first, first + UNITS - 1, &plain_ms);

    printf(
        "%-8s %7.0f units/s (%.1f legs each)   plain INSERTs of them %7.0f units/s   ratio %.2f\n",
        what, UNITS * 1000.0 / (double)MAX_OF(ms, 1), (double)legs / UNITS,
        UNITS * 1000.0 / (double)MAX_OF(plain_ms, 1), (double)plain_ms / (double)MAX_OF(ms, 1));
}

int main(void)
{
    const int64_t now_ms = 40 * DAY_MS;
    struct settled settled;
    struct matured matured;

    admin = own_db("settle_hours = 48\n");
    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 60);
    fill();
    int64_t start_ms = clock_monotonic_ms();
    must(settle_run(money, a, now_ms, false, &settled, NULL));
    int64_t settle_ms = clock_monotonic_ms() - start_ms;
    start_ms = clock_monotonic_ms();
    must(mature_run(money, a, now_ms + HOLD_DAYS * DAY_MS, false, &matured));
    int64_t mature_ms = clock_monotonic_ms() - start_ms;
    if (settled.units != UNITS || matured.units != UNITS)
        must(RC_FAIL);
    show("settle", settle_ms, 1);
    show("mature", mature_ms, 1 + UNITS);
    db_close(money);
    arena_free(a);
    return 0;
}
