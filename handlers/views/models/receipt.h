/*
 * receipt: a receipt or a credit note, for printing.
 */
#ifndef MODELS_RECEIPT_H
#define MODELS_RECEIPT_H
#include "views/models/frame.h"

struct line {
    const char *text;
};
struct line_list {
    struct line *items;
    size_t n;
};
struct receipt_page {
    struct frame frame;
    bool credit; /* a credit note: the amounts were refunded */
    const char *seller_name, *seller_vat_id;
    struct line_list seller_address;
    const char *buyer_name, *buyer_email, *paid_by, *currency;
    int64_t tax_bp, number, issued_ms, months, starts_ms, ends_ms, net_minor, tax_minor,
        gross_minor;
};

HTML_VIEW(receipt, struct receipt_page);
JSON_VIEW(receipt, struct receipt_page);
#endif
