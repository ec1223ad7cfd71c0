/*
 * postings_read: a page of legs with the documents that they belong to; for postings.c and datev.c.
 */
#ifndef REPORTS_POSTINGS_READ_H
#define REPORTS_POSTINGS_READ_H
#include "app/reports/books.h"

struct posting_leg {
    int64_t tx_id, line, legs, effective_ms, amount_minor;
    int64_t document, tax_bp; /* document: its number, or 0 */
    const char *ikey, *kind, *debit, *credit, *currency, *tax_category;
};
struct posting_legs {
    struct posting_leg *items;
    size_t n;
};

/* RC_NOT_FOUND: there are no more. */
MUST_USE enum rc postings_read(struct db *db, struct arena *a, int64_t to_ms,
                               struct journal_place *place, struct posting_legs *out);
#endif
