#include "app/income/receipt.h"
#include "app/income/document.h"
#include "app/notify/notify.h"
#include "base/fmt.h"

STMT(q_count, NULL, "UPDATE receipt_counter SET last = last + 1 WHERE id = 1");
STMT(q_last, &number_shape, "SELECT last AS n FROM receipt_counter WHERE id = 1");
STMT(q_issue, NULL,
     "INSERT INTO receipt (number, payment_id, voucher_id, reversal_id, user_id, amount_minor,"
     " tax_minor, currency, issued_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
SHAPE(receipt_shape, struct receipt, COLUMN(struct receipt, number),
      COLUMN(struct receipt, payment_id), COLUMN(struct receipt, voucher_id),
      COLUMN(struct receipt, reversal_id), COLUMN(struct receipt, user_id),
      COLUMN(struct receipt, amount_minor), COLUMN(struct receipt, tax_minor),
      COLUMN(struct receipt, issued_ms), COLUMN(struct receipt, currency));
STMT(q_receipts, &receipt_shape,
     "SELECT number, payment_id, voucher_id, reversal_id, user_id, amount_minor, tax_minor,"
     " issued_ms, currency FROM receipt WHERE user_id = ? ORDER BY number DESC");

static enum rc tell(struct db *db, struct arena *a, const struct receipt *r, const char *number,
                    int64_t until_ms)
{
    struct notice n = {
        .user_id = r->user_id,
        .kind = r->amount_minor < 0 ? NOTICE_REFUND : NOTICE_RECEIPT,
        .once = number,
        .link = arena_printf(a, "/account/receipt/%s", number),
        .values = { .number = number,
                    .amount = fmt_money(a, llabs(r->amount_minor), r->currency),
                    .until = until_ms ? fmt_date(a, until_ms) : NULL },
    };

    return r->user_id ? notify(db, a, &n, r->issued_ms) : RC_OK;
}

enum rc receipt_issue(struct db *db, struct arena *a, const struct receipt *r, int64_t until_ms)
{
    int64_t number;

    TRY(db_run(db, &q_count, NO_ARGS, NULL)); /* locks the counter until the transaction ends */
    TRY(db_number(db, a, &q_last, NO_ARGS, &number));
    TRY(db_run(db, &q_issue,
               ARGS(I64(number), ID_OR_NULL(r->payment_id), ID_OR_NULL(r->voucher_id),
                    I64(r->reversal_id), ID_OR_NULL(r->user_id), I64(r->amount_minor),
                    I64(r->tax_minor), STR(r->currency), I64(r->issued_ms)),
               NULL));
    TRY(document_store(db, a, number));
    return tell(db, a, r, arena_printf(a, "%" PRId64, number), until_ms);
}

enum rc receipt_list(struct db *db, struct arena *a, int64_t user_id, struct receipt_list *out)
{
    return DB_LIST(db, a, &q_receipts, ARGS(I64(user_id)), RECEIPTS_SHOWN_MAX, out);
}
