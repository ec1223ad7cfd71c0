/*
 * vat: the tax of a period, and the ledger's postings as files.
 */
#ifndef MODELS_VAT_H
#define MODELS_VAT_H
#include "app/reports/vat.h"
#include "views/models/frame.h"

struct vat_row {
    struct vat_line l;
    const char *rate;
};
struct vat_row_list {
    struct vat_row *items;
    size_t n;
};
struct vat_page {
    struct frame frame;
    struct problem why;
    const char *from, *to; /* days, both included */
    const char *currency;
    struct vat_row_list lines, rates;
    struct vat_difference_list differences;
    int64_t net_minor, tax_minor, booked_minor;
    bool agrees;
};

HTML_VIEW(vat, struct vat_page);
JSON_VIEW(vat, struct vat_page);
#endif
