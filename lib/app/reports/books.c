#include "app/reports/books.h"
#include "app/money/month.h"
#include "app/reports/sums.h"
#include "base/fmt.h"
#include "base/str.h"

SHAPE(month_shape, struct book_month, COLUMN(struct book_month, month),
      COLUMN(struct book_month, in_minor), COLUMN(struct book_month, fees_minor),
      COLUMN(struct book_month, refunds_minor), COLUMN(struct book_month, payouts_minor),
      COLUMN(struct book_month, other_minor));
SHAPE(state_shape, struct payouts_in, COLUMN_WORD(struct payouts_in, state, payout_state),
      COLUMN(struct payouts_in, n), COLUMN(struct payouts_in, minor));

/* clang-format off */
#define SUM_OF(acts, sum) "CAST(SUM(IF(act IN (" acts "), " sum ", 0)) AS SIGNED)"
/* Accounts of the site have no owner. */
STMT(q_months, &month_shape,
     "SELECT month,"
     " " SUM_OF("'paid', 'other'", "debits") " AS in_minor,"
     " " SUM_OF("'fee'", "credits - debits") " AS fees_minor,"
     " " SUM_OF("'refund', 'dispute'", "credits - debits") " AS refunds_minor,"
     " " SUM_OF("'payout'", "credits - debits") " AS payouts_minor,"
     " " SUM_OF("'paid', 'other'", "credits") " AS other_minor"
     " FROM ledger_account a JOIN (" SUMS_OF_ALL ") m ON m.account_id = a.id"
     " WHERE a.owner_id IS NULL AND a.class = 'asset' AND a.currency = ? AND act NOT IN ('', 'own')"
     " GROUP BY month ORDER BY month DESC LIMIT ?");
/* clang-format on */
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
#define TX_COLUMNS "id, legs, effective_ms, ikey, kind"
STMT(
    q_journal, &leg_shape,
    "SELECT l.tx_id, l.line, t.legs, t.effective_ms, l.amount_minor, l.unit_id, t.ikey, t.kind,"
    " d.code AS debit, c.code AS credit, l.currency FROM ("
    "(SELECT " TX_COLUMNS " FROM ledger_tx WHERE effective_ms = ? AND id > ? ORDER BY id LIMIT ?)"
    " UNION ALL (SELECT " TX_COLUMNS " FROM ledger_tx WHERE effective_ms > ? AND effective_ms < ?"
    " ORDER BY effective_ms, id LIMIT ?) ORDER BY effective_ms, id LIMIT ?) t STRAIGHT_JOIN ledger_leg l ON l.tx_id = t.id"
    " JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id"
    " ORDER BY t.effective_ms, l.tx_id, l.line LIMIT ?");
static_assert((int)JOURNAL_PAGE_LEGS > (int)LEDGER_LEGS_MAX, "a page holds a whole transaction");

enum rc books_months(struct db *db, struct arena *a, const char *currency,
                     struct book_month_list *out)
{
    return DB_LIST(db, a, &q_months, ARGS(STR(currency), I64(BOOKS_MONTHS)), BOOKS_MONTHS, out);
}

static struct owed *owed_of(struct owed_list *list, const char *kind)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->items[i].kind, kind))
            return &list->items[i];
    assert(list->n < BOOKS_KINDS_MAX);
    list->items[list->n] = (struct owed){ .kind = kind };
    return &list->items[list->n++];
}

static int64_t months_between(int64_t from, int64_t to)
{
    return (to / 100 - from / 100) * 12 + to % 100 - from % 100;
}

static void add_owed(struct owed_list *list, const struct kind_month *k, int64_t this_month)
{
    struct owed *o = owed_of(list, k->kind);
    int64_t age = months_between(k->month, this_month);

    o->balance_minor += k->credits_minor - k->debits_minor;
    if (k->month == 0)
        o->debt_minor -= k->left_minor;
    else
        *(age <= 0   ? &o->this_month_minor
          : age == 1 ? &o->last_month_minor
          : age == 2 ? &o->before_minor
                     : &o->older_minor) += k->left_minor;
}

static void add_total(struct book_totals *t, const struct kind_month *k)
{
    int64_t debits = k->debits_minor - k->credits_minor;

    switch (k->class) {
    case LEDGER_ASSET: t->assets_minor += debits; break;
    case LEDGER_LIABILITY: t->owed_minor -= debits; break;
    case LEDGER_REVENUE: t->revenue_minor -= debits; break;
    case LEDGER_EXPENSE: t->expenses_minor += debits; break;
    }
}

static int by_kind(const void *x, const void *y)
{
    const struct owed *a = x, *b = y;
    return strcmp(a->kind, b->kind);
}

struct reading {
    struct arena *a;
    const char *currency;
    int64_t now_ms;
    struct books *out;
};

static enum rc read_books(struct db *db, void *arg)
{
    const struct reading *r = arg;
    struct books *out = r->out;
    struct kind_months kinds;

    *out = (struct books){ .owed = { arena_array(r->a, struct owed, BOOKS_KINDS_MAX), 0 } };
    TRY(books_months(db, r->a, r->currency, &out->months));
    TRY(sums_of_kinds(db, r->a, r->currency, &kinds));
    for (const struct kind_month *k = kinds.items; k < kinds.items + kinds.n; k++) {
        add_total(&out->totals, k);
        if (k->class == LEDGER_LIABILITY)
            add_owed(&out->owed, k, month_of(r->now_ms));
    }
    SORT(out->owed.items, out->owed.n, by_kind);
    return RC_OK;
}

enum rc books_read(struct db *db, struct arena *a, const char *currency, int64_t now_ms,
                   struct books *out)
{
    struct reading r = { a, currency, now_ms, out };
    return db_transact(db, read_books, &r);
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

enum rc books_journal(struct db *db, struct arena *a, int64_t to_ms, struct journal_place *place,
                      struct sb *o, size_t *n)
{
    struct journal_legs legs;

    TRY(DB_LIST(db, a, &q_journal,
                ARGS(I64(place->ms), I64(place->after), I64(JOURNAL_PAGE_LEGS), I64(place->ms),
                     I64(to_ms), I64(JOURNAL_PAGE_LEGS), I64(JOURNAL_PAGE_LEGS),
                     I64(JOURNAL_PAGE_LEGS)),
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
    *place = (struct journal_place){ legs.items[*n - 1].effective_ms, legs.items[*n - 1].tx_id };
    return RC_OK;
}
