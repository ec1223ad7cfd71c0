/*
 * pay: the test provider's own page.
 */
#ifndef MODELS_PAY_H
#define MODELS_PAY_H
#include "app/income/pay.h"
#include "views/models/frame.h"

struct pay_page {
    struct frame frame;
    const char *key, *currency;
    enum checkout_state state;
    int64_t amount_minor, months;
};

HTML_VIEW(pay, struct pay_page);
JSON_VIEW(pay, struct pay_page);
#endif
