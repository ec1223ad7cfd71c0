#include "app/income/receipt.h"

STMT(q_count, NULL, "UPDATE receipt_counter SET last = last + 1 WHERE id = 1");
STMT(q_last, &number_shape, "SELECT last AS n FROM receipt_counter WHERE id = 1");
STMT(q_issue, NULL,
     "INSERT INTO receipt (number, payment_id, reversal_id, user_id, amount_minor, tax_minor,"
     " currency, issued_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
SHAPE(receipt_shape, struct receipt, COLUMN(struct receipt, number),
      COLUMN(struct receipt, payment_id), COLUMN(struct receipt, reversal_id),
      COLUMN(struct receipt, user_id), COLUMN(struct receipt, amount_minor),
      COLUMN(struct receipt, tax_minor), COLUMN(struct receipt, issued_ms),
      COLUMN(struct receipt, starts_ms), COLUMN(struct receipt, ends_ms),
      COLUMN(struct receipt, months), COLUMN(struct receipt, paid_minor),
      COLUMN(struct receipt, paid_tax_minor), COLUMN(struct receipt, currency),
      COLUMN(struct receipt, provider));
#define RECEIPTS                                                                                   \
    "SELECT r.number, r.payment_id, r.reversal_id, r.user_id, r.amount_minor, r.tax_minor,"        \
    " r.issued_ms, p.starts_ms, p.ends_ms, p.months, p.amount_minor AS paid_minor,"                \
    " p.tax_minor AS paid_tax_minor, r.currency, p.provider"                                       \
    " FROM receipt r JOIN payment p ON p.id = r.payment_id WHERE r.user_id = ?"
STMT(q_receipts, &receipt_shape, RECEIPTS " ORDER BY r.number DESC");
STMT(q_receipt, &receipt_shape, RECEIPTS " AND r.number = ?");

enum rc receipt_issue(struct db *db, struct arena *a, const struct receipt *r)
{
    int64_t counter;

    TRY(db_run(db, &q_count, NO_ARGS, NULL)); /* locks the counter until the transaction ends */
    TRY(db_number(db, a, &q_last, NO_ARGS, &counter));
    return db_run(db, &q_issue,
                  ARGS(I64(counter), I64(r->payment_id), I64(r->reversal_id), I64(r->user_id),
                       I64(r->amount_minor), I64(r->tax_minor), STR(r->currency),
                       I64(r->issued_ms)),
                  NULL);
}

enum rc receipt_list(struct db *db, struct arena *a, int64_t user_id, struct receipt_list *out)
{
    return DB_LIST(db, a, &q_receipts, ARGS(I64(user_id)), RECEIPTS_SHOWN_MAX, out);
}

enum rc receipt_get(struct db *db, struct arena *a, int64_t user_id, int64_t number,
                    struct receipt *out)
{
    return db_one(db, a, &q_receipt, ARGS(I64(user_id), I64(number)), out);
}
