/*
 * member: what an operator sees of one member's money.
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

struct member_page {
    struct frame frame;
    struct account member;
    const char *currency;
    bool has_subscription, active, has_hold;
    struct subscription subscription;
    struct payment_list payments;
    struct unit_list units;
    struct receipt_list receipts;
    struct payout_list payouts;
    struct payout_hold hold;
    int64_t held_minor, payable_minor, transit_minor, frozen_minor;
    struct act_rows acts;
};

HTML_VIEW(member, struct member_page);
JSON_VIEW(member, struct member_page);
#endif
