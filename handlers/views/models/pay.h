/*
 * pay: the test provider's own page.
 */
#ifndef MODELS_PAY_H
#define MODELS_PAY_H
#include "views/models/frame.h"

struct pay_page {
    struct frame frame;
    const char *key, *state, *currency; /* state: open, paid, declined, closed */
    int64_t amount_minor, months;
};

HTML_VIEW(pay, struct pay_page);
JSON_VIEW(pay, struct pay_page);
#endif
