#include "app/reports/bank_compare.h"
#include "app/reports/sums.h"
#include "base/clock.h"
#include "base/str.h"

/* Clocks of machines may differ by so much: clock_guard.h. */
enum { SKEW_MS = 5 * 60 * 1000 };

/* Nothing is written down before the day that it bears, so what has a later day was written later,
 * and that has an index. */
#define SINCE(side)                                                                                 \
    "(SELECT COALESCE(SUM(l.amount_minor), 0) FROM ledger_tx t JOIN ledger_leg l ON l.tx_id = t.id" \
    " JOIN ledger_account a ON a.id = l." side " WHERE t.created_ms >= ? AND t.effective_ms >= ?"   \
    " AND a.code = 'asset:bank' AND a.currency = ?)"
STMT(q_since, &number_shape,
     "SELECT CAST(" SINCE("debit_id") " - " SINCE("credit_id") " AS SIGNED) AS n");

static enum rc compare(struct db *db, struct arena *a, struct bank_comparison *out)
{
    const char *currency = pay_currency();
    int64_t end_ms = out->on_ms + DAY_MS, from_ms = end_ms - SKEW_MS, since = 0;
    struct kind_months sums;

    TRY(sums_of_kinds(db, a, currency, &sums));
    for (size_t i = 0; i < sums.n; i++)
        if (str_eq(sums.items[i].kind, "asset:bank"))
            out->books_minor += sums.items[i].debits_minor - sums.items[i].credits_minor;
    TRY(db_number(
        db, a, &q_since,
        ARGS(I64(from_ms), I64(end_ms), STR(currency), I64(from_ms), I64(end_ms), STR(currency)),
        &since));
    out->books_minor -= since;
    out->difference_minor = out->bank_minor - out->books_minor;
    return RC_OK;
}

enum rc bank_compare_within(struct db *db, struct arena *a, struct bank_comparison *out)
{
    *out = (struct bank_comparison){ .on_ms = 0 };
    TRY(bank_balances(db, a, &out->accounts));
    TRY(bank_by_hand(db, a, &out->by_hand_minor));
    for (size_t i = 0; i < out->accounts.n; i++) {
        out->bank_minor += out->accounts.items[i].amount_minor;
        out->on_ms = MAX_OF(out->on_ms, out->accounts.items[i].on_ms);
    }
    return out->accounts.n ? compare(db, a, out) : RC_OK;
}

struct comparing {
    struct arena *a;
    struct bank_comparison *out;
};

static enum rc within(struct db *db, void *arg)
{
    const struct comparing *c = arg;

    return bank_compare_within(db, c->a, c->out);
}

enum rc bank_compare(struct db *db, struct arena *a, struct bank_comparison *out)
{
    return db_transact(db, within, &(struct comparing){ a, out });
}
