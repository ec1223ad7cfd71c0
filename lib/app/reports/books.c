#include "app/reports/books.h"
#include "app/money/ledger.h"
#include "app/money/month.h"
#include "base/fmt.h"

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
SHAPE(state_shape, struct payouts_in, COLUMN_WORD(struct payouts_in, state, payout_state),
      COLUMN(struct payouts_in, n), COLUMN(struct payouts_in, minor));

#define MONTH_OF_TX                                                                                \
    "EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL t.effective_ms DIV 1000 SECOND)"
#define SUM_IF(condition, sum) "CAST(SUM(IF(" condition ", " sum ", 0)) AS SIGNED)"
STMT(
    q_months, &month_shape,
    "SELECT month, " SUM_IF("act = 'other' AND amount > 0", "amount") " AS in_minor, " SUM_IF("act = 'fee'", "-amount") " AS fees_minor, " SUM_IF(
        "act IN ('refund', 'dispute')",
        "-amount") " AS refunds_minor, " SUM_IF("act = 'payout'",
                                                "-amount") " AS payouts_minor, " SUM_IF("act = 'other' AND amount < 0",
                                                                                        "-amount") " AS other_minor FROM (SELECT " MONTH_OF_TX
                                                                                                   " AS month, IF(t.kind IN ('fee', 'refund', 'dispute'), t.kind, IF(t.ikey LIKE 'payout:%',"
                                                                                                   " 'payout', 'other')) AS act, IF(d.class = 'asset', l.amount_minor, -l.amount_minor) AS amount"
                                                                                                   " FROM ledger_leg l JOIN ledger_tx t ON t.id = l.tx_id JOIN ledger_account d"
                                                                                                   " ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id WHERE l.currency = ?"
                                                                                                   " AND (d.class = 'asset') <> (c.class = 'asset')) m GROUP BY month ORDER BY month DESC LIMIT ?");
/* The newest credits of an account are the last to be used: what is left of a month's credits is
 * the part of the balance that newer credits do not cover. */
STMT(
    q_owed, &owed_shape,
    "SELECT kind, CAST(SUM(credits - debits) AS SIGNED) AS balance_minor, " SUM_IF("age <= 0", "held_back") " AS this_month_minor, " SUM_IF("age = 1", "held_back") " AS last_month_minor, " SUM_IF(
        "age = 2",
        "held_back") " AS before_minor, " SUM_IF("age >= 3",
                                                 "held_back") " AS older_minor, " SUM_IF("first = 1",
                                                                                         "GREATEST(0, -balance)") " AS debt_minor FROM (SELECT kind, credits, debits,"
                                                                                                                  " age, balance, first, LEAST(credits, GREATEST(0, balance - COALESCE(newer, 0))) AS held_back"
                                                                                                                  " FROM (SELECT kind, credits, debits, age, SUM(credits - debits) OVER (PARTITION BY id, unit)"
                                                                                                                  " AS balance, ROW_NUMBER() OVER (PARTITION BY id, unit ORDER BY age) AS first, SUM(credits)"
                                                                                                                  " OVER (PARTITION BY id, unit ORDER BY age ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
                                                                                                                  " AS newer FROM (SELECT a.id, CASE WHEN a.code LIKE 'liab:creator:%'"
                                                                                                                  " THEN SUBSTRING_INDEX(a.code, ':', -1) WHEN a.code LIKE 'liab:member:%' THEN 'member'"
                                                                                                                  " WHEN a.code LIKE 'liab:%' THEN SUBSTRING(a.code, 6) ELSE a.code END AS kind,"
                                                                                                                  " IF(a.code = 'liab:deferred', COALESCE(l.unit_id, 0), 0) AS unit,"
                                                                                                                  " PERIOD_DIFF(?, " MONTH_OF_TX
                                                                                                                  ") AS age,"
                                                                                                                  " SUM(IF(l.credit_id = a.id, l.amount_minor, 0)) AS credits,"
                                                                                                                  " SUM(IF(l.debit_id = a.id, l.amount_minor, 0)) AS debits FROM ledger_account a"
                                                                                                                  " JOIN ledger_leg l ON a.id IN (l.debit_id, l.credit_id) JOIN ledger_tx t ON t.id = l.tx_id"
                                                                                                                  " WHERE a.class = 'liability' AND a.currency = ? GROUP BY a.id, a.code, unit, age) w) x) y"
                                                                                                                  " GROUP BY kind ORDER BY kind");
#define OF_CLASS(name, sign) SUM_IF("class = '" name "'", sign "amount")
STMT(
    q_totals, &totals_shape,
    "SELECT COALESCE(" OF_CLASS("asset", "") ", 0) AS assets_minor, COALESCE(" OF_CLASS("liability", "-") ", 0) AS owed_minor, COALESCE(" OF_CLASS(
        "revenue",
        "-") ", 0) AS revenue_minor, COALESCE(" OF_CLASS("expense",
                                                         "") ", 0) AS expenses_minor"
                                                             " FROM (SELECT a.class, l.amount_minor AS amount FROM ledger_leg l JOIN ledger_account a"
                                                             " ON a.id = l.debit_id WHERE l.currency = ? UNION ALL SELECT a.class, -l.amount_minor"
                                                             " FROM ledger_leg l JOIN ledger_account a ON a.id = l.credit_id WHERE l.currency = ?) m");
STMT(q_payouts, &state_shape,
     "SELECT state, COUNT(*) AS n, CAST(SUM(amount_minor) AS SIGNED) AS minor FROM payout"
     " WHERE currency = ? GROUP BY state ORDER BY FIELD(state, 'reserved', 'sending', 'unknown',"
     " 'sent', 'paid', 'failed', 'returned')");

struct journal_leg {
    int64_t tx_id, line, legs, effective_ms, amount_minor, unit_id;
    const char *ikey, *kind, *debit, *credit, *currency;
};
struct journal_legs {
    struct journal_leg *items;
    size_t n;
};
SHAPE(leg_shape, struct journal_leg, COLUMN(struct journal_leg, tx_id),
      COLUMN(struct journal_leg, line), COLUMN(struct journal_leg, legs),
      COLUMN(struct journal_leg, effective_ms), COLUMN(struct journal_leg, amount_minor),
      COLUMN(struct journal_leg, unit_id), COLUMN(struct journal_leg, ikey),
      COLUMN(struct journal_leg, kind), COLUMN(struct journal_leg, debit),
      COLUMN(struct journal_leg, credit), COLUMN(struct journal_leg, currency));
STMT(q_journal, &leg_shape,
     "SELECT l.tx_id, l.line, t.legs, t.effective_ms, l.amount_minor, l.unit_id, t.ikey, t.kind,"
     " d.code AS debit, c.code AS credit, l.currency FROM ledger_tx t JOIN ledger_leg l"
     " ON l.tx_id = t.id JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c"
     " ON c.id = l.credit_id WHERE t.id > ? AND t.effective_ms >= ? AND t.effective_ms < ?"
     " ORDER BY l.tx_id, l.line LIMIT ?");
static_assert((int)JOURNAL_PAGE_LEGS > (int)LEDGER_LEGS_MAX, "a page holds a whole transaction");

enum rc books_months(struct db *db, struct arena *a, const char *currency,
                     struct book_month_list *out)
{
    return DB_LIST(db, a, &q_months, ARGS(STR(currency), I64(BOOKS_MONTHS)), BOOKS_MONTHS, out);
}

enum rc books_owed(struct db *db, struct arena *a, const char *currency, int64_t now_ms,
                   struct owed_list *out)
{
    return DB_LIST(db, a, &q_owed, ARGS(I64(month_of(now_ms)), STR(currency)), BOOKS_KINDS_MAX,
                   out);
}

enum rc books_totals(struct db *db, struct arena *a, const char *currency, struct book_totals *out)
{
    return db_one(db, a, &q_totals, ARGS(STR(currency), STR(currency)), out);
}

enum rc books_payouts(struct db *db, struct arena *a, const char *currency,
                      struct payout_states *out)
{
    return DB_LIST(db, a, &q_payouts, ARGS(STR(currency)), BOOKS_KINDS_MAX, out);
}

void books_journal_head(struct sb *o, const char *site)
{
    sb_addf(o,
            "; The ledger of %s\n"
            "decimal-mark .\n"
            "account asset     ; type:A\n"
            "account liab      ; type:L\n"
            "account clearing  ; type:L\n"
            "account rev       ; type:R\n"
            "account exp       ; type:X\n",
            site);
}

static void add_leg(struct sb *o, const struct journal_leg *l)
{
    if (l->line == 1)
        sb_addf(o, "\n%.10s %s  ; kind:%s\n", fmt_iso(o->a, l->effective_ms), l->ikey, l->kind);
    sb_addf(o, "    %s  %s", l->debit, fmt_money(o->a, l->amount_minor, l->currency));
    if (l->unit_id)
        sb_addf(o, "  ; unit:%" PRId64, l->unit_id);
    sb_addf(o, "\n    %s  %s\n", l->credit, fmt_money(o->a, -l->amount_minor, l->currency));
}

enum rc books_journal(struct db *db, struct arena *a, int64_t from_ms, int64_t to_ms,
                      int64_t *after, struct sb *o, size_t *n)
{
    struct journal_legs legs;

    TRY(DB_LIST(db, a, &q_journal,
                ARGS(I64(*after), I64(from_ms), I64(to_ms), I64(JOURNAL_PAGE_LEGS)),
                JOURNAL_PAGE_LEGS, &legs));
    if (legs.n == 0)
        return RC_NOT_FOUND;
    const struct journal_leg *last = &legs.items[legs.n - 1];
    *n = legs.n;
    if (legs.n == JOURNAL_PAGE_LEGS &&
        last->line < last->legs) /* incomplete: left to the next page */
        while (legs.items[*n - 1].tx_id == last->tx_id)
            --*n;
    for (size_t i = 0; i < *n; i++)
        add_leg(o, &legs.items[i]);
    *after = legs.items[*n - 1].tx_id;
    return RC_OK;
}
