/*
 * vat: the tax of a period, from the receipts and credit notes, compared with what the ledger moved
 * on liab:vat.
 *
 * Period     by the day of the postings (document.h, booked_ms; of a receipt the day of its payment,
 *            which may have been corrected since), so both sides mean the same days.
 * Lines      one for each rate, category, country of the buyer ("": not known) and kind of document;
 *            credit notes are below 0.
 * Agreement  what documents state and what the ledger moved agree to the minor unit, or each posting
 *            and document that does not is named: a payment to the tax office, a posting by hand.
 * Reads      document, receipt and the ledger's tables.
 */
#ifndef REPORTS_VAT_H
#define REPORTS_VAT_H
#include "app/income/document.h"
#include "base/sb.h"

enum { VAT_LINES_MAX = 2000, VAT_DIFFERENCES_MAX = 100 };

struct vat_line {
    enum document_kind kind;
    int64_t tax_bp, n, net_minor, tax_minor;
    const char *tax_category, *country;
};
struct vat_line_list {
    struct vat_line *items;
    size_t n;
};

/* What a document and the ledger say differently: "payment 17", "reversal 3", a posting's key. */
struct vat_difference {
    const char *subject;
    int64_t stated_minor, booked_minor;
};
struct vat_difference_list {
    struct vat_difference *items;
    size_t n;
};

struct vat_report {
    struct vat_line_list lines, rates; /* rates: the lines of each rate and category added up */
    struct vat_difference_list differences;
    int64_t net_minor, tax_minor; /* of all lines */
    int64_t booked_minor;         /* what liab:vat grew by */
};

/* The report of the days from from_ms, before to_ms. */
MUST_USE enum rc vat_read(struct db *db, struct arena *a, const char *currency, int64_t from_ms,
                          int64_t to_ms, struct vat_report *out);

/* The lines as a table (base/sheet.h): amounts without sign, the kind says what they are. */
void vat_sheet(struct sb *o, const struct vat_report *report, const char *currency);

/* "20 %", "exempt", "outside the scope", "zero rate" */
const char *vat_rate_name(struct arena *a, const struct vat_line *line);
#endif
