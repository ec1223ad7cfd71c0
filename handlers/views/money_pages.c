#include "views/money_pages.h"
#include "app/concentration.h"
#include "app/credit.h"
#include "app/earnings.h"
#include "app/pay.h"
#include "app/payment.h"
#include "app/unit.h"
#include "base/clock.h"
#include "base/conf.h"

enum { BAR_WIDTH = 1000, LINES_BESIDE_SHARES = 7, TERMS_MAX = 16 };

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

static void add(struct money_lines *lines, const char *kind, const char *label, int64_t minor)
{
    if (minor != 0)
        lines->items[lines->n++] =
            (struct money_line){ .kind = kind, .label = label, .handle = "", .minor = minor };
}

static void add_shares(struct money_lines *lines, const struct spent *s)
{
    for (const struct spent_share *c = s->shares.items; c < s->shares.items + s->shares.n; c++)
        lines->items[lines->n++] = (struct money_line){
            .kind = "creator",
            .label = c->handle[0] ? c->name : "a former creator",
            .handle = c->handle,
            .seconds = c->seconds,
            .minor = c->amount_minor,
        };
}

/* Side by side from left to right; what was got instead of given has no width. */
static void place(struct money_lines *lines)
{
    int64_t sum = 0, before = 0;

    for (size_t i = 0; i < lines->n; i++)
        sum += MAX_OF(lines->items[i].minor, 0);
    for (struct money_line *l = lines->items; l < lines->items + lines->n; l++) {
        l->x = sum ? before * BAR_WIDTH / sum : 0;
        before += MAX_OF(l->minor, 0);
        l->width = sum ? before * BAR_WIDTH / sum - l->x : 0;
    }
}

/* "9.99 = 1.67 tax + 0.40 payment fee + ...": the terms beyond TERMS_MAX as one. */
static const char *sum_of(struct arena *a, const struct spent *s, const struct money_lines *lines)
{
    struct sb o = { .a = a };
    int64_t rest = 0;

    sb_addf(&o, "%s =", fmt_amount(a, s->gross_minor, s->currency));
    for (size_t i = 0; i < lines->n; i++) {
        const struct money_line *l = &lines->items[i];
        const char *amount = fmt_amount(a, l->minor < 0 ? -l->minor : l->minor, s->currency);
        if (i >= TERMS_MAX)
            rest += l->minor;
        else
            sb_addf(&o, "%s %s %s", l->minor < 0 ? " −" : i ? " +" : "", amount, l->label);
    }
    if (lines->n > TERMS_MAX)
        sb_addf(&o, " + %s others", fmt_amount(a, rest, s->currency));
    return o.buf;
}

struct money_month money_month_of(struct req *r, const struct spent *s)
{
    struct money_month month = { .spent = *s };
    struct money_lines *lines = &month.lines;

    lines->items = arena_array(r->arena, struct money_line, s->shares.n + LINES_BESIDE_SHARES);
    add(lines, "refunded", "refunded to you", s->refunded_minor);
    add(lines, "tax", "tax", s->tax_minor);
    add(lines, "fee", "payment fee", s->fee_minor);
    add(lines, "platform", conf()->site_name, s->platform_minor);
    if (s->settled_ms) {
        add_shares(lines, s);
        add(lines, "idle", "nobody", s->idle_minor);
        add(lines, "pool", "common pool", s->pool_minor);
    } else
        add(lines, "creators", "creators", s->creators_minor);
    add(lines, "borne", arena_printf(r->arena, "paid by %s", conf()->site_name), -s->borne_minor);
    place(lines);
    month.sum = sum_of(r->arena, s, lines);
    return month;
}
