/*
 * pay_manual: what to enter in a bank transfer.
 */
#ifndef MODELS_PAY_MANUAL_H
#define MODELS_PAY_MANUAL_H
#include "app/income/pay.h"
#include "views/models/frame.h"

struct pay_manual_page {
    struct frame frame;
    enum checkout_state state;
    const char *currency, *amount, *holder, *iban, *iban_plain, *bic, *reference;
    const char *back;                       /* where the member came from, or "" */
    int64_t amount_minor, months, until_ms; /* until_ms: how long it can be paid */
};

HTML_VIEW(pay_manual, struct pay_manual_page);
JSON_VIEW(pay_manual, struct pay_manual_page);
#endif
