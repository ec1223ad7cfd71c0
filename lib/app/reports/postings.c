#include "app/reports/postings.h"
#include "app/money/ledger.h"
#include "app/reports/postings_read.h"
#include "base/fmt.h"
#include "base/sheet.h"

SHAPE(posting_shape, struct posting_leg, COLUMN(struct posting_leg, tx_id),
      COLUMN(struct posting_leg, line), COLUMN(struct posting_leg, legs),
      COLUMN(struct posting_leg, effective_ms), COLUMN(struct posting_leg, amount_minor),
      COLUMN(struct posting_leg, document), COLUMN(struct posting_leg, tax_bp),
      COLUMN(struct posting_leg, ikey), COLUMN(struct posting_leg, kind),
      COLUMN(struct posting_leg, debit), COLUMN(struct posting_leg, credit),
      COLUMN(struct posting_leg, currency), COLUMN(struct posting_leg, tax_category));
/* clang-format off */
#define TX_COLUMNS "id, legs, effective_ms, ikey, kind, ref_type, ref_id"
#define RECEIPT_OF(column)                                                                         \
    "(SELECT number FROM receipt WHERE " column " = CAST(x.ref_id AS SIGNED)"                      \
    " AND reversal_id = (x.ikey LIKE '%:cancelled'))"
STMT(q_page, &posting_shape,
     "SELECT l.tx_id, l.line, t.legs, t.effective_ms, l.amount_minor, t.document, o.tax_bp,"
     " t.ikey, t.kind, d.code AS debit, c.code AS credit, l.currency, o.tax_category FROM ("
     "SELECT x.*, CASE x.ref_type WHEN 'payment' THEN " RECEIPT_OF("payment_id")
     " WHEN 'voucher' THEN " RECEIPT_OF("voucher_id")
     " WHEN 'reversal' THEN (SELECT r.number FROM reversal v JOIN receipt r"
     "  ON r.payment_id = v.payment_id AND r.reversal_id = IF(x.ikey LIKE '%:undone%', -v.id, v.id)"
     "  WHERE v.id = CAST(x.ref_id AS SIGNED)) END AS document FROM ("
     "(SELECT " TX_COLUMNS " FROM ledger_tx WHERE effective_ms = ? AND id > ? ORDER BY id LIMIT ?)"
     " UNION ALL (SELECT " TX_COLUMNS " FROM ledger_tx WHERE effective_ms > ? AND effective_ms < ?"
     " ORDER BY effective_ms, id LIMIT ?) ORDER BY effective_ms, id LIMIT ?) x"
     " LIMIT ?) t" /* without this LIMIT, MariaDB merges t into the whole and loses a column */
     " STRAIGHT_JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account d ON d.id = l.debit_id"
     " JOIN ledger_account c ON c.id = l.credit_id LEFT JOIN document o ON o.number = t.document"
     " ORDER BY t.effective_ms, l.tx_id, l.line LIMIT ?");
/* clang-format on */
static_assert((int)POSTINGS_PAGE_LEGS > (int)LEDGER_LEGS_MAX, "a page holds a whole transaction");

enum rc postings_read(struct db *db, struct arena *a, int64_t to_ms, struct journal_place *place,
                      struct posting_legs *out)
{
    TRY(DB_LIST(db, a, &q_page,
                ARGS(I64(place->ms), I64(place->after), I64(POSTINGS_PAGE_LEGS), I64(place->ms),
                     I64(to_ms), I64(POSTINGS_PAGE_LEGS), I64(POSTINGS_PAGE_LEGS),
                     I64(POSTINGS_PAGE_LEGS), I64(POSTINGS_PAGE_LEGS)),
                POSTINGS_PAGE_LEGS, out));
    if (out->n == 0)
        return RC_NOT_FOUND;
    const struct posting_leg last = out->items[out->n - 1];
    if (out->n == POSTINGS_PAGE_LEGS && last.line < last.legs) /* left to the next page */
        while (out->items[out->n - 1].tx_id == last.tx_id)
            --out->n;
    *place = (struct journal_place){ out->items[out->n - 1].effective_ms,
                                     out->items[out->n - 1].tx_id };
    return RC_OK;
}

void postings_sheet_head(struct sb *o)
{
    SB_LIT(o, "date,text,debit,credit,amount,currency,document,tax\r\n");
}

enum rc postings_sheet(struct db *db, struct arena *a, int64_t to_ms, struct journal_place *place,
                       struct sb *o, size_t *n)
{
    struct posting_legs legs;

    TRY(postings_read(db, a, to_ms, place, &legs));
    *n = legs.n;
    for (const struct posting_leg *l = legs.items; l < legs.items + legs.n; l++) {
        sheet_text(o, arena_printf(a, "%.10s", fmt_iso(a, l->effective_ms)));
        sheet_text(o, l->ikey);
        sheet_text(o, l->debit);
        sheet_text(o, l->credit);
        sheet_text(o, fmt_amount(a, l->amount_minor, l->currency));
        sheet_text(o, l->currency);
        sheet_text(o, l->document ? arena_printf(a, "%" PRId64, l->document) : "");
        sheet_text(o, l->document ? arena_printf(a, "%s%" PRId64 ".%02" PRId64, l->tax_category,
                                                 l->tax_bp / 100, l->tax_bp % 100)
                                  : "");
        sheet_end(o);
    }
    return RC_OK;
}
