/*
 * vouchers: all vouchers, for operators; without their codes, which are stored nowhere.
 */
#ifndef MODELS_VOUCHERS_H
#define MODELS_VOUCHERS_H
#include "app/income/voucher.h"
#include "views/models/frame.h"

struct voucher_row {
    struct voucher voucher;
    const char *state; /* in words */
    bool alive;        /* it can be cancelled, or sent again */
};
struct voucher_rows {
    struct voucher_row *items;
    size_t n;
};

struct vouchers_page {
    struct frame frame;
    struct voucher_rows vouchers;
    const char *older_url;
};

HTML_VIEW(vouchers, struct vouchers_page);
JSON_VIEW(vouchers, struct vouchers_page);
#endif
