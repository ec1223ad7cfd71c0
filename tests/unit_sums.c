/* The sums by month: whatever is posted, dated and summed in whatever order, the figures for operators
 * are those of all legs, before the first run of sum_ledger, between runs and after them. The yardstick
 * sums the legs themselves. Needs OVS_CONF of a running site; SEED=n repeats a run. */
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "app/reports/books.h"
#include "app/reports/sums.h"
#include "base/clock.h"
#include "base/str.h"
#include "own_db.h"
#include <time.h>

static const int64_t now_ms = INT64_C(1772503200000); /* 2026-03-03 */
static struct arena *a;
static struct db *money, *admin;
static uint64_t state; /* of splitmix64 */

static uint64_t below(uint64_t n)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

SHAPE(month_shape, struct book_month, COLUMN(struct book_month, month),
      COLUMN(struct book_month, in_minor), COLUMN(struct book_month, fees_minor),
      COLUMN(struct book_month, refunds_minor), COLUMN(struct book_month, payouts_minor),
      COLUMN(struct book_month, other_minor));
SHAPE(owed_shape, struct owed, COLUMN(struct owed, kind), COLUMN(struct owed, balance_minor),
      COLUMN(struct owed, this_month_minor), COLUMN(struct owed, last_month_minor),
      COLUMN(struct owed, before_minor), COLUMN(struct owed, older_minor),
      COLUMN(struct owed, debt_minor));
SHAPE(totals_shape, struct book_totals, COLUMN(struct book_totals, assets_minor),
      COLUMN(struct book_totals, owed_minor), COLUMN(struct book_totals, revenue_minor),
      COLUMN(struct book_totals, expenses_minor));

/* clang-format off */
#define SUM_IF(condition, sum) "CAST(SUM(IF(" condition ", " sum ", 0)) AS SIGNED)"
STMT(q_months, &month_shape,
     "SELECT month, " SUM_IF("act = 'other' AND amount > 0", "amount") " AS in_minor,"
     SUM_IF("act = 'fee'", "-amount") " AS fees_minor,"
     SUM_IF("act IN ('refund', 'dispute')", "-amount") " AS refunds_minor,"
     SUM_IF("act = 'payout'", "-amount") " AS payouts_minor,"
     SUM_IF("act = 'other' AND amount < 0", "-amount") " AS other_minor FROM (SELECT " SUMS_MONTH
     " AS month, IF(t.kind IN ('fee', 'refund', 'dispute'), t.kind, IF(t.kind LIKE 'payout%',"
     " 'payout', 'other')) AS act, IF(d.class = 'asset', l.amount_minor, -l.amount_minor) AS amount"
     " FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id JOIN ledger_account d"
     " ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE l.currency = ?"
     " AND (d.class = 'asset') <> (c.class = 'asset')) m GROUP BY month ORDER BY month DESC LIMIT 12");
STMT(q_owed, &owed_shape,
     "SELECT kind, CAST(SUM(credits - debits) AS SIGNED) AS balance_minor,"
     SUM_IF("age <= 0", "held_back") " AS this_month_minor,"
     SUM_IF("age = 1", "held_back") " AS last_month_minor,"
     SUM_IF("age = 2", "held_back") " AS before_minor,"
     SUM_IF("age >= 3", "held_back") " AS older_minor,"
     SUM_IF("first = 1", "GREATEST(0, -balance)") " AS debt_minor FROM (SELECT kind, credits, debits,"
     " age, balance, first, LEAST(credits, GREATEST(0, balance - COALESCE(newer, 0))) AS held_back"
     " FROM (SELECT kind, credits, debits, age, SUM(credits - debits) OVER (PARTITION BY id, unit)"
     " AS balance, ROW_NUMBER() OVER (PARTITION BY id, unit ORDER BY age) AS first, SUM(credits)"
     " OVER (PARTITION BY id, unit ORDER BY age ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
     " AS newer FROM (SELECT a.id, CASE WHEN a.code LIKE 'liab:creator:%'"
     " THEN SUBSTRING_INDEX(a.code, ':', -1) WHEN a.code LIKE 'liab:member:%' THEN 'member'"
     " WHEN a.code LIKE 'liab:%' THEN SUBSTRING(a.code, 6) ELSE a.code END AS kind,"
     " IF(a.code = 'liab:deferred', COALESCE(l.unit_id, 0), 0) AS unit,"
     " PERIOD_DIFF(?, " SUMS_MONTH ") AS age, SUM(IF(l.credit_id = a.id, l.amount_minor, 0)) AS credits,"
     " SUM(IF(l.debit_id = a.id, l.amount_minor, 0)) AS debits FROM ledger_account a"
     " JOIN ledger_leg l ON a.id IN (l.debit_id, l.credit_id) JOIN ledger_tx t ON t.id = l.tx_id"
     " WHERE a.class = 'liability' AND a.currency = ? GROUP BY a.id, a.code, unit, age) w) x) y"
     " GROUP BY kind ORDER BY kind");
#define OF_CLASS(name, sign) "COALESCE(" SUM_IF("class = '" name "'", sign "amount") ", 0)"
STMT(q_totals, &totals_shape,
     "SELECT " OF_CLASS("asset", "") " AS assets_minor, " OF_CLASS("liability", "-") " AS owed_minor,"
     OF_CLASS("revenue", "-") " AS revenue_minor, " OF_CLASS("expense", "") " AS expenses_minor"
     " FROM (SELECT a.class, l.amount_minor AS amount FROM ledger_leg l JOIN ledger_account a"
     " ON a.id = l.debit_id WHERE l.currency = ? UNION ALL SELECT a.class, -l.amount_minor"
     " FROM ledger_leg l JOIN ledger_account a ON a.id = l.credit_id WHERE l.currency = ?) m");
/* clang-format on */

static void script(const char *sql) { CHECK_INT(db_script(admin, sql), RC_OK); }

static bool same_months(const struct book_month_list *x, const struct book_month_list *y)
{
    return x->n == y->n && (x->n == 0 || memcmp(x->items, y->items, x->n * sizeof(*x->items)) == 0);
}

static bool same_owed(const struct owed_list *x, const struct owed_list *y)
{
    bool same = x->n == y->n;

    for (size_t i = 0; same && i < x->n; i++) {
        const struct owed *p = &x->items[i], *q = &y->items[i];
        same = str_eq(p->kind, q->kind) && p->balance_minor == q->balance_minor &&
               p->this_month_minor == q->this_month_minor &&
               p->last_month_minor == q->last_month_minor && p->before_minor == q->before_minor &&
               p->older_minor == q->older_minor && p->debt_minor == q->debt_minor;
        if (!same)
            printf("  %s: %" PRId64 " of %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                   " debt %" PRId64 "; all legs say %s: %" PRId64 " of %" PRId64 " %" PRId64
                   " %" PRId64 " %" PRId64 " debt %" PRId64 "\n",
                   p->kind, p->balance_minor, p->this_month_minor, p->last_month_minor,
                   p->before_minor, p->older_minor, p->debt_minor, q->kind, q->balance_minor,
                   q->this_month_minor, q->last_month_minor, q->before_minor, q->older_minor,
                   q->debt_minor);
    }
    return same;
}

static bool is_right(void)
{
    const char *currency = "EUR";
    struct book_month_list months;
    struct book_totals totals;
    struct owed_list owed;
    struct books books;

    CHECK_INT(books_read(money, a, currency, now_ms, &books), RC_OK);
    CHECK_INT(DB_LIST(money, a, &q_months, ARGS(STR(currency)), BOOKS_MONTHS, &months), RC_OK);
    CHECK_INT(DB_LIST(money, a, &q_owed, ARGS(I64(month_of(now_ms)), STR(currency)),
                      BOOKS_KINDS_MAX, &owed),
              RC_OK);
    CHECK_INT(db_one(money, a, &q_totals, ARGS(STR(currency), STR(currency)), &totals), RC_OK);
    CHECK(same_months(&books.months, &months));
    CHECK(memcmp(&books.totals, &totals, sizeof(totals)) == 0);
    CHECK(same_owed(&books.owed, &owed));
    return same_owed(&books.owed, &owed) && same_months(&books.months, &months);
}

static struct ledger_account_ref any_account(void)
{
    static const enum account_kind kinds[] = {
        ACCOUNT_PSP,
        ACCOUNT_BANK,
        ACCOUNT_VAT,
        ACCOUNT_DEFERRED,
        ACCOUNT_DEFERRED,
        ACCOUNT_IDLE,
        ACCOUNT_POOL,
        ACCOUNT_CREATOR_HELD,
        ACCOUNT_CREATOR_HELD,
        ACCOUNT_CREATOR_HELD,
        ACCOUNT_CREATOR_PAYABLE,
        ACCOUNT_PLATFORM,
        ACCOUNT_FEES_LOST,
        ACCOUNT_CLEARING_REFUND,
    };
    enum account_kind kind = kinds[below(COUNT(kinds))];
    bool of_creator = kind == ACCOUNT_CREATOR_HELD || kind == ACCOUNT_CREATOR_PAYABLE;

    return (struct ledger_account_ref){ kind, of_creator ? 1 + (int64_t)below(3) : 0 };
}

static enum rc post_it(struct db *db, void *arg) { return ledger_post(db, a, arg); }

/* A posting of any kind with any date of 8 months: what is right does not depend on whether it makes
 * sense. */
static void post_any(int64_t n)
{
    static const char *const kinds[] = { "invoice", "voucher", "fee",         "refund",
                                         "dispute", "settle",  "payout_sent", "deposit" };
    struct ledger_leg legs[6];
    struct posting p = { .ikey = arena_printf(a, "any:%" PRId64, n),
                         .kind = kinds[below(COUNT(kinds))],
                         .effective_ms = now_ms - (int64_t)below(240) * DAY_MS,
                         .currency = "EUR",
                         .legs = legs,
                         .n = 1 + below(COUNT(legs)),
                         .may_overdraw = true };

    for (size_t i = 0; i < p.n; i++) {
        legs[i] = (struct ledger_leg){ .debit = any_account(),
                                       .amount_minor = 1 + (int64_t)below(1000),
                                       .unit_id = (int64_t)below(8) };
        do
            legs[i].credit = any_account();
        while (legs[i].credit.kind == legs[i].debit.kind);
    }
    CHECK_INT(db_transact(money, post_it, &p), RC_OK);
}

static void figures_are_those_of_all_legs(void)
{
    int64_t posted = 0, summed;

    CHECK(is_right());
    for (int round = 0; round < 40; round++) {
        for (uint64_t i = below(12); i > 0; i--)
            post_any(posted++);
        if (!is_right())
            break;
        if (below(2))
            CHECK_INT(sums_keep(money, &summed), RC_OK);
        if (!is_right())
            break;
        arena_reset(a);
    }
    CHECK_INT(sums_keep(money, &summed), RC_OK);
    CHECK_INT(sums_keep(money, &summed), RC_OK);
    CHECK_INT(summed, 0);
    CHECK_INT(sums_forget(money), RC_OK);
    CHECK(is_right());
    CHECK_INT(sums_keep(money, &summed), RC_OK);
    CHECK_INT(summed, posted);
    CHECK(is_right());
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = { CASE(figures_are_those_of_all_legs) };

    const char *given = getenv("SEED");

    CHECK_CHOOSE(argc, argv, cases);
    state = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("  SEED=%" PRIu64 "\n", state);
    admin = own_db("");
    a = arena_new(256 << 20);
    money = db_new(DB_MONEY, 30);
    for (int id = 1; id <= 3; id++)
        script(arena_printf(a,
                            "INSERT INTO user (id, email, handle, display_name, created_ms) VALUES"
                            " (%d, 'u%d@example.org', 'u%d', 'U', 0)",
                            id, id, id));
    check_run();
    db_close(money);
    arena_free(a);
    return check_done("unit_sums");
}
