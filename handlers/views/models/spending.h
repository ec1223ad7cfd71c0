/*
 * spending: a paid month and everything it was divided into. The lines add up to
 * `spent.gross_minor`.
 */
#ifndef MODELS_SPENDING_H
#define MODELS_SPENDING_H
#include "app/reports/spending.h"
#include "views/models/frame.h"
#include "views/models/pager.h"

struct spending_line {
    const char *kind;   /* refunded, tax, fee, platform, creator, creators (waiting for them), idle,
                          pool or borne */
    const char *label;  /* in words */
    const char *handle; /* of a channel, or "" */
    int64_t seconds, minor;
    int64_t x, width; /* in the picture, of 1000 */
};
struct spending_lines {
    struct spending_line *items;
    size_t n;
};
struct spending_month {
    struct spent spent;
    struct spending_lines lines;
    const char *sum; /* "9.99 = 1.67 tax + 8.32 nobody" */
};
struct spending_months {
    struct spending_month *items;
    size_t n;
};
struct spending_page {
    struct frame frame;
    struct spending_months months;
    struct pager pager;
};

HTML_VIEW(spending, struct spending_page);
JSON_VIEW(spending, struct spending_page);
#endif
