/*
 * receipt: a receipt or a credit note, for printing.
 */
#ifndef MODELS_RECEIPT_H
#define MODELS_RECEIPT_H
#include "app/income/document.h"
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
    struct document d;
    struct line_list seller_address;
    bool credit, own, test;                     /* own: the viewer is the buyer */
    const char *buyer_country, *seller_country; /* their names, or "" */
    const char *line_of_city;                   /* of the buyer: postcode and city */
    const char *refusal;                        /* why there is no electronic invoice, or "" */
};

HTML_VIEW(receipt, struct receipt_page);
JSON_VIEW(receipt, struct receipt_page);
#endif
