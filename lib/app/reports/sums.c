#include "app/reports/sums.h"
#include "base/str.h"
#include "io/rows.h"

enum { BATCH_ARENA_BYTES = 64 << 20 };

#define KIND                                                                                       \
    "CASE WHEN a.code LIKE 'liab:creator:%' THEN SUBSTRING_INDEX(a.code, ':', -1)"                 \
    " WHEN a.code LIKE 'liab:member:%' THEN 'member'"                                              \
    " WHEN a.code LIKE 'liab:%' THEN SUBSTRING(a.code, 6) ELSE a.code END"

struct kind_months_page {
    struct kind_month *items;
    size_t n;
};
SHAPE(kind_shape, struct kind_month, COLUMN(struct kind_month, currency),
      COLUMN_WORD(struct kind_month, class, ledger_class), COLUMN(struct kind_month, kind),
      COLUMN(struct kind_month, month), COLUMN(struct kind_month, debits_minor),
      COLUMN(struct kind_month, credits_minor), COLUMN(struct kind_month, left_minor));
STMT(q_kinds, &kind_shape,
     "SELECT currency, class, kind, month, debits_minor, credits_minor, left_minor"
     " FROM ledger_kind WHERE currency = ?");

/* A month of an account (in deferred: of a unit) that postings touch which are not in the sums: what is
 * in the sums, and what they add. */
struct touched {
    const char *currency, *kind;
    enum ledger_class class;
    int64_t account_id, unit_id, month, debits, credits, new_debits, new_credits;
};
SHAPE(touched_shape, struct touched, COLUMN(struct touched, currency),
      COLUMN_WORD(struct touched, class, ledger_class), COLUMN(struct touched, kind),
      COLUMN(struct touched, account_id), COLUMN(struct touched, unit_id),
      COLUMN(struct touched, month), COLUMN(struct touched, debits),
      COLUMN(struct touched, credits), COLUMN(struct touched, new_debits),
      COLUMN(struct touched, new_credits));
/* clang-format off */
#define UNIT "IF(a.code = 'liab:deferred', COALESCE(l.unit_id, 0), 0)"
#define NEW_LEGS(side) \
    " FROM ledger_unsummed n STRAIGHT_JOIN ledger_tx t ON t.id = n.tx_id STRAIGHT_JOIN ledger_leg l ON l.tx_id = n.tx_id" \
    " JOIN ledger_account a ON a.id = l." side " WHERE n.tx_id <= ?"
#define NEW(side, debits, credits) \
    "SELECT a.id AS account_id, " UNIT " AS unit_id, " SUMS_MONTH " AS month, 0 AS debits," \
    " 0 AS credits, " debits " AS new_debits, " credits " AS new_credits" NEW_LEGS(side)
/* The liabilities that are touched; `unit`: the units of deferred, which are. */
#define TOUCHED(columns, where) \
    "(SELECT " columns NEW_LEGS("debit_id") " AND a.class = 'liability' AND a.code " where \
    " UNION SELECT " columns NEW_LEGS("credit_id") " AND a.class = 'liability' AND a.code " where ")"
STMT(q_touched, &touched_shape,
     "SELECT a.currency, a.class, " KIND " AS kind, account_id, unit_id, month,"
     " CAST(SUM(debits) AS SIGNED) AS debits, CAST(SUM(credits) AS SIGNED) AS credits,"
     " CAST(SUM(new_debits) AS SIGNED) AS new_debits,"
     " CAST(SUM(new_credits) AS SIGNED) AS new_credits FROM ("
     NEW("debit_id", "l.amount_minor", "0") " UNION ALL " NEW("credit_id", "0", "l.amount_minor")
     " UNION ALL SELECT s.account_id, 0, s.month, s.debits_minor, s.credits_minor, 0, 0 FROM "
     TOUCHED("a.id AS account_id", "<> 'liab:deferred'")
     " x JOIN ledger_sum s ON s.account_id = x.account_id"
     " UNION ALL SELECT x.account_id, COALESCE(l.unit_id, 0), " SUMS_MONTH ","
     " IF(l.debit_id = x.account_id, l.amount_minor, 0),"
     " IF(l.credit_id = x.account_id, l.amount_minor, 0), 0, 0 FROM "
     TOUCHED("a.id AS account_id, l.unit_id", "= 'liab:deferred'")
     " x JOIN ledger_leg l ON l.unit_id <=> x.unit_id AND x.account_id IN (l.debit_id, l.credit_id)"
     " JOIN ledger_tx t ON t.id = l.tx_id LEFT JOIN ledger_unsummed n ON n.tx_id = l.tx_id"
     " WHERE n.tx_id IS NULL) y JOIN ledger_account a ON a.id = y.account_id"
     " GROUP BY y.account_id, y.unit_id, y.month ORDER BY y.account_id, y.unit_id, y.month DESC");
/* clang-format on */

struct account_month {
    int64_t account_id, month, debits, credits;
    const char *act;
};
SHAPE(month_shape, struct account_month, COLUMN(struct account_month, account_id),
      COLUMN(struct account_month, month), COLUMN(struct account_month, act),
      COLUMN(struct account_month, debits), COLUMN(struct account_month, credits));
STMT(q_months, &month_shape,
     "SELECT account_id, month, act, CAST(SUM(debits) AS SIGNED) AS debits,"
     " CAST(SUM(credits) AS SIGNED) AS credits FROM (" SUMS_OF(
         "(SELECT tx_id FROM ledger_unsummed WHERE tx_id <= ?) n"
         " STRAIGHT_JOIN ledger_tx t ON t.id = n.tx_id") ") m GROUP BY account_id, month, act");

/* The last posting of a batch: the lowest numbers, as many as have SUMS_BATCH_LEGS. */
STMT(q_batch_end, &number_shape,
     "SELECT COALESCE(MAX(IF(legs <= 20000 OR place = 1, tx_id, 0)), 0) AS n FROM (SELECT u.tx_id,"
     " SUM(t.legs) OVER (ORDER BY u.tx_id) AS legs, ROW_NUMBER() OVER (ORDER BY u.tx_id) AS place"
     " FROM (SELECT tx_id FROM ledger_unsummed ORDER BY tx_id LIMIT 5000) u"
     " JOIN ledger_tx t ON t.id = u.tx_id) x");
static_assert((int)SUMS_BATCH_LEGS == 20000 && (int)SUMS_BATCH_POSTINGS == 5000,
              "both stand in q_batch_end");
STMT(q_batch, &number_shape,
     "SELECT tx_id AS n FROM ledger_unsummed WHERE tx_id <= ? ORDER BY tx_id");
STMT(q_lock, NULL, "UPDATE ledger_summed SET runs = runs + 1 WHERE id = 1");
/* By number, one by one: a range would keep others from adding postings to it. */
STMT(q_take_off, NULL,
     "DELETE u FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) r"
     " STRAIGHT_JOIN ledger_unsummed u ON u.tx_id = r.id");
STMT(q_add_months, NULL,
     "INSERT INTO ledger_sum (account_id, month, act, debits_minor, credits_minor)"
     " SELECT account_id, month, act, debits, credits FROM JSON_TABLE(?, '$[*]' COLUMNS ("
     " account_id BIGINT PATH '$[0]', month INT PATH '$[1]', act VARCHAR(8) PATH '$[2]',"
     " debits BIGINT PATH '$[3]', credits BIGINT PATH '$[4]')) r ON DUPLICATE KEY UPDATE"
     " debits_minor = debits_minor + VALUES(debits_minor),"
     " credits_minor = credits_minor + VALUES(credits_minor)");
STMT(q_add_kinds, NULL,
     "INSERT INTO ledger_kind (currency, class, kind, month, debits_minor, credits_minor,"
     " left_minor) SELECT currency, class, kind, month, debits, credits, owed"
     " FROM JSON_TABLE(?, '$[*]' COLUMNS (currency CHAR(3) PATH '$[0]', class VARCHAR(9) PATH"
     " '$[1]', kind VARCHAR(64) PATH '$[2]', month INT PATH '$[3]', debits BIGINT PATH '$[4]',"
     " credits BIGINT PATH '$[5]', owed BIGINT PATH '$[6]')) r ON DUPLICATE KEY UPDATE"
     " debits_minor = debits_minor + VALUES(debits_minor),"
     " credits_minor = credits_minor + VALUES(credits_minor),"
     " left_minor = left_minor + VALUES(left_minor)");
STMT(q_some_sums, NULL, "DELETE FROM ledger_sum");
STMT(q_some_kinds, NULL, "DELETE FROM ledger_kind");
STMT(q_all_again, NULL, "INSERT IGNORE INTO ledger_unsummed (tx_id) SELECT id FROM ledger_tx");

/* Collects what touched rows change; rows of one account come together, the newest month first. */
struct collector {
    struct arena *a;
    const char *currency; /* NULL: all */
    struct kind_months *out;
    struct touched *group; /* months of one account or unit */
    size_t n, max;
};

static struct kind_month *month_of_kind(struct collector *c, const struct touched *t, int64_t month)
{
    struct kind_months *l = c->out;

    for (size_t i = l->n; i-- > 0;) {
        struct kind_month *k = &l->items[i];
        if (k->month == month && k->class == t->class && str_eq(k->kind, t->kind) &&
            str_eq(k->currency, t->currency))
            return k;
    }
    if (l->n == l->max) {
        struct kind_month *old = l->items;
        l->max = MAX_OF(2 * l->max, 64);
        l->items = arena_array(c->a, struct kind_month, l->max);
        if (l->n)
            memcpy(l->items, old, l->n * sizeof(*old));
    }
    l->items[l->n] = (struct kind_month){ .currency = arena_str(c->a, t->currency),
                                          .class = t->class,
                                          .kind = arena_str(c->a, t->kind),
                                          .month = month };
    return &l->items[l->n++];
}

/* What is left of each month's credits: the part of the balance that newer credits do not cover. The
 * months' figures are multiplied by `sign` and added. */
static void add_left(struct collector *c, bool with_new, int sign)
{
    int64_t balance = 0, newer = 0;

    for (const struct touched *t = c->group; t < c->group + c->n; t++)
        balance += t->credits - t->debits + with_new * (t->new_credits - t->new_debits);
    for (const struct touched *t = c->group; t < c->group + c->n; t++) {
        int64_t credits = t->credits + with_new * t->new_credits;
        int64_t left = MIN_OF(credits, MAX_OF(balance - newer, 0));
        if (left)
            month_of_kind(c, t, t->month)->left_minor += sign * left;
        newer += credits;
    }
    if (balance < 0)
        month_of_kind(c, c->group, 0)->left_minor += sign * balance;
}

static void end_group(struct collector *c)
{
    for (const struct touched *t = c->group; t < c->group + c->n; t++)
        if (t->new_debits || t->new_credits) {
            struct kind_month *k = month_of_kind(c, t, t->month);
            k->debits_minor += t->new_debits;
            k->credits_minor += t->new_credits;
        }
    if (c->n && c->group[0].class == LEDGER_LIABILITY) {
        add_left(c, false, -1);
        add_left(c, true, 1);
    }
    c->n = 0;
}

static enum rc take(const void *row, void *arg)
{
    const struct touched *t = row;
    struct collector *c = arg;

    if (c->currency && !str_eq(t->currency, c->currency))
        return RC_OK;
    if (c->n && (c->group[0].account_id != t->account_id || c->group[0].unit_id != t->unit_id))
        end_group(c);
    if (c->n == c->max) {
        struct touched *old = c->group;
        c->max = MAX_OF(2 * c->max, 64);
        c->group = arena_array(c->a, struct touched, c->max);
        if (c->n)
            memcpy(c->group, old, c->n * sizeof(*old));
    }
    c->group[c->n++] = *t;
    return RC_OK;
}

/* What the postings up to number `last` that are not in the sums add to them. */
static enum rc collect(struct db *db, struct arena *a, const char *currency, int64_t last,
                       struct kind_months *out)
{
    struct collector c = { .a = a, .currency = currency, .out = out };

    TRY(db_each(db, a, &q_touched,
                ARGS(I64(last), I64(last), I64(last), I64(last), I64(last), I64(last)), take, &c));
    end_group(&c);
    return RC_OK;
}

enum rc sums_of_kinds(struct db *db, struct arena *a, const char *currency, struct kind_months *out)
{
    struct kind_months_page stored;

    TRY(DB_LIST(db, a, &q_kinds, ARGS(STR(currency)), SUMS_KINDS_MAX, &stored));
    *out = (struct kind_months){ stored.items, stored.n, stored.n };
    return collect(db, a, currency, INT64_MAX, out);
}

struct batch {
    struct arena *a; /* of one try */
    int64_t n;
};

static enum rc add_month(const void *row, void *arg)
{
    const struct account_month *m = row;

    rows_addf(arg, "%" PRId64 ",%" PRId64 ",\"%s\",%" PRId64 ",%" PRId64, m->account_id, m->month,
              m->act, m->debits, m->credits);
    return RC_OK;
}

static enum rc write_months(struct db *db, struct arena *a, int64_t last)
{
    struct rows rows = { .a = a };

    TRY(db_each(db, a, &q_months, ARGS(I64(last), I64(last)), add_month, &rows));
    return rows_run(db, &q_add_months, &rows, NULL);
}

static enum rc write_kinds(struct db *db, struct arena *a, int64_t last)
{
    struct kind_months kinds = { 0 };
    struct rows rows = { .a = a };

    TRY(collect(db, a, NULL, last, &kinds));
    for (const struct kind_month *k = kinds.items; k < kinds.items + kinds.n; k++)
        rows_addf(&rows, "\"%s\",\"%s\",\"%s\",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64,
                  k->currency, ledger_class_word(k->class), k->kind, k->month, k->debits_minor,
                  k->credits_minor, k->left_minor);
    return rows_run(db, &q_add_kinds, &rows, NULL);
}

/* The row is locked before the first read, so the reads see what the run before has written. */
static enum rc keep_batch(struct db *db, void *arg)
{
    struct batch *b = arg;
    struct rows rows = { .a = b->a };
    struct number_list taken;
    int64_t last, changed;

    arena_reset(b->a);
    b->n = 0;
    TRY(db_run(db, &q_lock, NO_ARGS, NULL));
    TRY(db_number(db, b->a, &q_batch_end, NO_ARGS, &last));
    TRY(DB_LIST(db, b->a, &q_batch, ARGS(I64(last)), SUMS_BATCH_POSTINGS, &taken));
    if (taken.n == 0)
        return RC_OK;
    TRY(write_kinds(db, b->a, last));
    TRY(write_months(db, b->a, last));
    for (size_t i = 0; i < taken.n; i++)
        rows_addf(&rows, "%" PRId64, taken.items[i]);
    TRY(rows_run(db, &q_take_off, &rows, &changed));
    b->n = changed;
    return changed == (int64_t)taken.n ? RC_OK : RC_BUSY;
}

enum rc sums_keep(struct db *db, int64_t *n)
{
    struct batch b = { .a = arena_new(BATCH_ARENA_BYTES) };
    enum rc rc;

    *n = 0;
    do {
        rc = db_transact(db, keep_batch, &b);
        *n += rc == RC_OK ? b.n : 0;
    } while (rc == RC_OK && b.n);
    arena_free(b.a);
    return rc;
}

static enum rc forget(struct db *db, void *arg)
{
    (void)arg;
    TRY(db_run(db, &q_lock, NO_ARGS, NULL));
    TRY(db_run(db, &q_some_sums, NO_ARGS, NULL));
    TRY(db_run(db, &q_some_kinds, NO_ARGS, NULL));
    return db_run(db, &q_all_again, NO_ARGS, NULL);
}

enum rc sums_forget(struct db *db) { return db_transact(db, forget, NULL); }
