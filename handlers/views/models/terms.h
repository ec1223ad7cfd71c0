/*
 * terms: what the site promises about money, in figures from the current config.
 */
#ifndef MODELS_TERMS_H
#define MODELS_TERMS_H
#include "views/models/frame.h"
#include "views/models/settings.h"
#include "web/html.h"

struct terms {
    int64_t price_minor, year_minor, tax_minor, fee_minor, creators_minor,
        platform_minor; /* year 0: not offered */
    const char *currency;
    int64_t share_bp, min_unit_seconds, video_min_seconds, day_max_hours;
    int64_t settle_hours, close_day, hold_days, threshold_minor, payout_day, first_days;
    int64_t grace_days, refund_days, refund_minutes, refunds_per_year, viewers_min;
    int64_t creators_max, account_wait_days, review_percent, review_young_days;
    bool scaled, fees_shared, uplift, offset, count_hidden;
};
struct terms_page {
    struct frame frame;
    struct terms terms;
    struct setting_rows ahead; /* changes that members are told of */
    struct html own;           /* what the operator adds */
    const char *text;          /* the same text as it was typed */
    int64_t notice_days;
    bool may_edit;
};

HTML_VIEW(terms, struct terms_page);
JSON_VIEW(terms, struct terms_page);
#endif
