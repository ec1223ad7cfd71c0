#include "pages/terms.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/money/credit.h"
#include "app/money/unit.h"
#include "app/payout/concentration.h"
#include "app/payout/payee.h"
#include "app/reports/earnings.h"
#include "base/clock.h"
#include "base/conf.h"

struct terms terms_now(void)
{
    const struct conf *c = conf();
    const struct unit month = { .gross_minor = c->price_minor,
                                .tax_minor = payment_tax_minor(c->price_minor),
                                .fee_minor = payment_fee_minor(c->price_minor) };
    struct unit_split split;

    unit_split(&month, c->share_bp, c->fees == FEES_SHARED, &split);
    return (struct terms){
        .price_minor = month.gross_minor,
        .year_minor = c->price_year_minor,
        .tax_minor = month.tax_minor,
        .fee_minor = month.fee_minor,
        .creators_minor = split.creators,
        .platform_minor = split.platform,
        .currency = pay_currency(),
        .share_bp = c->share_bp,
        .min_unit_seconds = c->min_unit_seconds,
        .video_min_seconds = CREDIT_VIDEO_MIN_MS / SECOND_MS,
        .day_max_hours = CREDIT_DAY_MAX_MS / HOUR_MS,
        .settle_hours = c->settle_hours,
        .close_day = c->close_day,
        .hold_days = c->hold_days,
        .threshold_minor = c->payout_threshold_minor,
        .payout_day = c->payout_day,
        .first_days = c->payout_first_days,
        .grace_days = c->grace_days,
        .refund_days = c->refund_days,
        .refund_minutes = c->refund_minutes,
        .refunds_per_year = c->refunds_per_year,
        .viewers_min = EARNINGS_VIEWERS_MIN,
        .creators_max = UNIT_CREATORS_MAX,
        .account_wait_days = PAYEE_WAIT_DAYS,
        .review_percent = CONCENTRATION_PERCENT,
        .review_young_days = CONCENTRATION_YOUNG_DAYS,
        .scaled = c->rule == RULE_SCALED,
        .fees_shared = c->fees == FEES_SHARED,
        .uplift = c->idle == IDLE_UPLIFT,
        .offset = c->clawback == CLAWBACK_OFFSET,
        .count_hidden = c->count_hidden,
    };
}
