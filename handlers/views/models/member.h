/*
 * member: what an operator sees of one member: the account, payments, earnings.
 */
#ifndef MODELS_MEMBER_H
#define MODELS_MEMBER_H
#include "app/income/payment.h"
#include "app/income/receipt.h"
#include "app/income/subscription.h"
#include "app/money/unit.h"
#include "app/payout/payee.h"
#include "app/payout/payout.h"
#include "app/people/account.h"
#include "views/models/acts.h"
#include "views/models/frame.h"
#include "views/models/sessions.h"

/* What all pages about one member begin with. */
struct member_head {
    struct account member;
    const char *state; /* in words; "": nothing is special */
    const char *here;  /* "account", "payments" or "earnings" */
};

struct member_page {
    struct frame frame;
    struct member_head head;
    struct problem why;
    bool has_subscription, active;
    struct subscription subscription;
    struct session_rows sessions;
    bool more_sessions; /* than are shown */
    struct act_rows acts;
};

struct member_payments_page {
    struct frame frame;
    struct member_head head;
    struct payment_list payments;
    struct unit_list units;
    struct receipt_list receipts;
};

struct balance_row {
    const char *name, *currency;
    int64_t minor;
};
struct balance_rows {
    struct balance_row *items;
    size_t n;
};
struct member_earnings_page {
    struct frame frame;
    struct member_head head;
    struct balance_rows balances;
    struct payout_list payouts;
    bool has_hold;
    struct payout_hold hold;
};

HTML_VIEW(member_tabs, struct member_head);
HTML_VIEW(member, struct member_page);
JSON_VIEW(member, struct member_page);
HTML_VIEW(member_payments, struct member_payments_page);
JSON_VIEW(member_payments, struct member_payments_page);
HTML_VIEW(member_earnings, struct member_earnings_page);
JSON_VIEW(member_earnings, struct member_earnings_page);
#endif
