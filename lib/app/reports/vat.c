#include "app/reports/vat.h"
#include "base/fmt.h"
#include "base/sheet.h"
#include "base/str.h"

SHAPE(line_shape, struct vat_line, COLUMN_WORD(struct vat_line, kind, document_kind),
      COLUMN(struct vat_line, tax_bp), COLUMN(struct vat_line, n),
      COLUMN(struct vat_line, net_minor), COLUMN(struct vat_line, tax_minor),
      COLUMN(struct vat_line, tax_category), COLUMN(struct vat_line, country));
SHAPE(difference_shape, struct vat_difference, COLUMN(struct vat_difference, subject),
      COLUMN(struct vat_difference, stated_minor), COLUMN(struct vat_difference, booked_minor));

/* clang-format off */
#define SIGNED(minor) "IF(d.kind = 'credit_note', -" minor ", " minor ")"
/* The documents of a period. A receipt counts on the day of its payment, which an operator may have
 * corrected since it was issued (income/payment_date.h). */
#define DOCUMENTS_OF_PERIOD                                                                        \
    "(SELECT r.voucher_id, r.reversal_id, r.payment_id, d.kind, d.currency, d.tax_bp, d.net_minor,"\
    " d.tax_minor, d.tax_category, d.buyer_country FROM document d JOIN receipt r"                 \
    " ON r.number = d.number WHERE d.booked_ms >= ? AND d.booked_ms < ?"                           \
    " AND (r.payment_id IS NULL OR r.reversal_id <> 0)"                                            \
    " UNION ALL SELECT NULL, 0, p.id, d.kind, d.currency, d.tax_bp, d.net_minor, d.tax_minor,"     \
    " d.tax_category, d.buyer_country FROM payment p STRAIGHT_JOIN receipt r"                      \
    " ON r.payment_id = p.id AND r.reversal_id = 0 STRAIGHT_JOIN document d"                       \
    " ON d.number = r.number WHERE p.paid_ms >= ? AND p.paid_ms < ?) d"
STMT(q_lines, &line_shape,
     "SELECT d.kind, d.tax_bp, COUNT(*) AS n, CAST(SUM(" SIGNED("d.net_minor") ") AS SIGNED) AS net_minor,"
     " CAST(SUM(" SIGNED("d.tax_minor") ") AS SIGNED) AS tax_minor, d.tax_category,"
     " d.buyer_country AS country FROM " DOCUMENTS_OF_PERIOD " WHERE d.currency = ? GROUP BY d.kind, d.tax_bp, d.tax_category, d.buyer_country"
     " ORDER BY d.tax_bp DESC, d.tax_category, d.buyer_country, d.kind DESC");
#define MOVES_OF(joins)                                                                            \
    " FROM ledger_tx t STRAIGHT_JOIN ledger_leg l ON l.tx_id = t.id JOIN ledger_account a"         \
    " ON a.code = 'liab:vat' AND a.currency = l.currency AND a.id IN (l.debit_id, l.credit_id)"    \
    joins " WHERE t.effective_ms >= ? AND t.effective_ms < ? AND l.currency = ?"
/* A voucher's own postings and the payment that it becomes count as one: when a voucher that was
 * taxed at its sale is redeemed, the one takes the tax back and the other books it again. */
#define VOUCHER "REPLACE(p.provider_ref, '_', ' ')"
#define MOVED "IF(l.credit_id = a.id, l.amount_minor, -l.amount_minor)"
STMT(q_booked, &number_shape, "SELECT COALESCE(CAST(SUM(" MOVED ") AS SIGNED), 0) AS n" MOVES_OF(""));
STMT(q_differences, &difference_shape,
     "SELECT subject, CAST(SUM(stated) AS SIGNED) AS stated_minor,"
     " CAST(SUM(booked) AS SIGNED) AS booked_minor FROM ("
     "SELECT CONVERT(CASE WHEN p.provider = 'voucher' THEN " VOUCHER
     " WHEN t.ref_type IN ('payment', 'reversal', 'voucher') THEN CONCAT(t.ref_type, ' ', t.ref_id)"
     " ELSE t.ikey END USING ascii) AS subject, 0 AS stated, " MOVED " AS booked" MOVES_OF(
     " LEFT JOIN payment p ON t.ref_type = 'payment' AND p.id = CAST(t.ref_id AS SIGNED)")
     " UNION ALL SELECT CONVERT(CASE WHEN d.voucher_id IS NOT NULL THEN CONCAT('voucher ', d.voucher_id)"
     " WHEN d.reversal_id <> 0 THEN CONCAT('reversal ', ABS(d.reversal_id))"
     " WHEN p.provider = 'voucher' THEN " VOUCHER
     " ELSE CONCAT('payment ', d.payment_id) END USING ascii), " SIGNED("d.tax_minor") ", 0"
     " FROM " DOCUMENTS_OF_PERIOD " LEFT JOIN payment p ON p.id = d.payment_id WHERE d.currency = ?) x"
     " GROUP BY subject HAVING SUM(stated) <> SUM(booked) ORDER BY subject LIMIT ?");
/* clang-format on */

/* The lines of one rate are neighbours. */
static void add_up(struct arena *a, struct vat_report *r)
{
    r->rates.items = arena_array(a, struct vat_line, r->lines.n + 1);
    for (const struct vat_line *l = r->lines.items; l < r->lines.items + r->lines.n; l++) {
        struct vat_line *last = r->rates.n ? &r->rates.items[r->rates.n - 1] : NULL;
        r->net_minor += l->net_minor;
        r->tax_minor += l->tax_minor;
        if (last && last->tax_bp == l->tax_bp && str_eq(last->tax_category, l->tax_category)) {
            last->n += l->n;
            last->net_minor += l->net_minor;
            last->tax_minor += l->tax_minor;
        } else
            r->rates.items[r->rates.n++] = *l;
    }
}

enum rc vat_read(struct db *db, struct arena *a, const char *currency, int64_t from_ms,
                 int64_t to_ms, struct vat_report *out)
{
    *out = (struct vat_report){ .booked_minor = 0 };
    TRY(DB_LIST(db, a, &q_lines,
                ARGS(I64(from_ms), I64(to_ms), I64(from_ms), I64(to_ms), STR(currency)),
                VAT_LINES_MAX, &out->lines));
    add_up(a, out);
    TRY(db_number(db, a, &q_booked, ARGS(I64(from_ms), I64(to_ms), STR(currency)),
                  &out->booked_minor));
    return DB_LIST(db, a, &q_differences,
                   ARGS(I64(from_ms), I64(to_ms), STR(currency), I64(from_ms), I64(to_ms),
                        I64(from_ms), I64(to_ms), STR(currency), I64(VAT_DIFFERENCES_MAX)),
                   VAT_DIFFERENCES_MAX, &out->differences);
}

const char *vat_rate_name(struct arena *a, const struct vat_line *line)
{
    switch (line->tax_category[0]) {
    case 'E': return "exempt";
    case 'O': return "outside the scope";
    case 'Z': return "zero rate";
    default: return fmt_percent(a, line->tax_bp);
    }
}

void vat_sheet(struct sb *o, const struct vat_report *report, const char *currency)
{
    SB_LIT(o, "rate,category,country,kind,documents,currency,net,tax\r\n");
    for (size_t i = 0; i < report->lines.n; i++) {
        const struct vat_line *l = &report->lines.items[i];
        int64_t sign = l->kind == DOCUMENT_CREDIT_NOTE ? -1 : 1;
        sheet_text(o,
                   arena_printf(o->a, "%" PRId64 ".%02" PRId64, l->tax_bp / 100, l->tax_bp % 100));
        sheet_text(o, l->tax_category);
        sheet_text(o, l->country);
        sheet_text(o, document_kind_word(l->kind));
        sheet_int(o, l->n);
        sheet_text(o, currency);
        sheet_text(o, fmt_amount(o->a, sign * l->net_minor, currency));
        sheet_text(o, fmt_amount(o->a, sign * l->tax_minor, currency));
        sheet_end(o);
    }
}
