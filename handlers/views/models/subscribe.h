/*
 * subscribe: the offer, or the state of the viewer's own subscription.
 */
#ifndef MODELS_SUBSCRIBE_H
#define MODELS_SUBSCRIBE_H
#include "app/income/bank.h"
#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "views/models/frame.h"
#include "views/models/standing.h"

struct subscribe_page {
    struct frame frame;
    struct problem why;
    const char *voucher; /* as typed */
    struct subscription_words standing;
    const char *back; /* where to go after paying, or "" */
    const char *currency;
    int64_t price_minor, year_minor; /* year_minor 0: twelve months at once are not offered */
    int64_t paid_until_ms, grace_until_ms, grace_days, preview_seconds;
    bool disputed; /* the member's bank has asked for a payment back */

    const char *waiting_url, *waiting_reference; /* a bank transfer that is under way, or "" */

    int64_t balance_minor;         /* too much that was sent; pays next */
    bool balance_covers;           /* a month */
    struct bank_line_list arrived; /* with the member's references, not booked */
    int64_t arrived_minor;

    int64_t earnings_minor, renew_failed_ms;
    bool covered, from_earnings; /* earnings cover the price; they are to pay for the next month */

    int64_t refund_minor, refund_days, refund_minutes,
        refunds_per_year; /* of the latest payment, on request */
    struct payment_list payments;
    struct receipt_list credits; /* credit notes */
};

HTML_VIEW(subscribe, struct subscribe_page);
HTML_VIEW(subscribe_end, struct subscribe_page);
JSON_VIEW(subscribe_end, struct subscribe_page);
JSON_VIEW(subscribe, struct subscribe_page);
#endif
