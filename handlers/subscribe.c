/*
 * subscribe: the offer, and the viewer's own subscription.
 *
 *   GET  /subscribe                           the offer; for members also their state and payments
 *   GET  /subscribe/end                       asks whether the subscription is to end
 *   POST /subscribe            months=1|12    303 to the provider's payment page
 *                              voucher=CODE   redeems the voucher
 *   POST /subscribe/cancel                    access lasts until the end of the paid time
 *   POST /subscribe/resume                    undoes a cancellation before that end
 *   POST /subscribe/earnings   until=MS       pays for a month from earnings; MS: the end of the
 *                                             paid time that the page showed
 *   POST /subscribe/balance    until=MS       the same from the member's balance
 *   POST /subscribe/renewal    earnings=on|off   shall earnings pay for the next months?
 *   POST /subscribe/refund                    refunds the latest payment, while the page offers it
 *
 * What pays takes next=PATH, where to go once that is done (pages/next.h); GET shows it in its forms.
 *
 * Who    the offer: anyone; the rest: signed in
 * Views  views/subscribe.html and views/subscribe.json, both of struct subscribe_page
 */
#include "app/income/pay.h"
#include "app/income/subscription.h"
#include "app/income/voucher.h"
#include "app/payout/renewal.h"
#include "base/str.h"
#include "pages/next.h"
#include "pages/subscribe.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct subscribe_page page;

    const char *what = req_segment(r, 1);

    if (what[0] && !str_eq(what, "end"))
        return RC_METHOD;
    if (what[0] && !r->viewer.user_id)
        return RC_SIGN_IN;
    if (!what[0]) {
        TRY(subscribe_page_of(r, &page));
        return RENDER(r, subscribe, &page);
    }
    TRY(subscribe_standing_of(r, &page));
    if (page.standing.state != SUBSCRIPTION_ACTIVE)
        return reply_see_other(r, "/subscribe");
    return RENDER(r, subscribe_end, &page);
}

static enum rc start(struct req *r)
{
    static const char *const names[] = { "1", "12" };
    const char *url;
    size_t choice = 0;

    if (form_has(r, "voucher")) {
        TRY(voucher_redeem(r->db, r->arena, r->viewer.user_id, req_network(r),
                           form_str(r, "voucher"), r->now_ms, &r->why));
        return next_after_payment(r, next_of(r), "voucher");
    }
    if (form_has(r, "months"))
        TRY(form_choice(r, "months", names, COUNT(names), &choice));
    TRY(pay_checkout(r->db, r->arena, r->viewer.user_id, choice ? 12 : 1, next_of(r), r->now_ms,
                     &url));
    return reply_see_other(r, "%s", url);
}

static enum rc cancel(struct req *r)
{
    TRY(subscription_cancel(r->db, r->viewer.user_id, r->now_ms));
    return reply_see_other(r, "/subscribe?done=cancelled");
}

static enum rc resume(struct req *r)
{
    TRY(subscription_resume(r->db, r->viewer.user_id, r->now_ms));
    return reply_see_other(r, "/subscribe?done=resumed");
}

static enum rc earnings(struct req *r)
{
    int64_t until_ms;

    TRY(form_i64(r, "until", 0, INT64_MAX, &until_ms));
    TRY(renewal_pay(r->db, r->arena, r->viewer.user_id, until_ms, r->now_ms, &r->why));
    return next_after_payment(r, next_of(r), "earnings");
}

static enum rc balance(struct req *r)
{
    int64_t until_ms;

    TRY(form_i64(r, "until", 0, INT64_MAX, &until_ms));
    TRY(bank_pay_month(r->db, r->arena, r->viewer.user_id, until_ms, r->now_ms, &r->why));
    return next_after_payment(r, next_of(r), "balance");
}

static enum rc renewal(struct req *r)
{
    static const char *const names[] = { "off", "on" };
    size_t on;

    TRY(form_choice(r, "earnings", names, COUNT(names), &on));
    TRY(subscription_set_from_earnings(r->db, r->viewer.user_id, on));
    return reply_see_other(r, "/subscribe?done=renewal");
}

static enum rc refund(struct req *r)
{
    r->act = "refund";
    TRY(pay_refund_latest(r->db, r->arena, r->viewer.user_id, r->now_ms, &r->why));
    return reply_see_other(r, "/subscribe?done=refunded");
}

static enum rc change(struct req *r)
{
    static const struct act {
        const char *name;
        enum rc (*run)(struct req *r);
    } acts[] = { { "", start },          { "cancel", cancel },
                 { "resume", resume },   { "earnings", earnings },
                 { "balance", balance }, { "renewal", renewal },
                 { "refund", refund } };
    struct subscribe_page page;
    enum rc rc = r->viewer.user_id ? RC_NOT_FOUND : RC_SIGN_IN;

    for (size_t i = 0; i < COUNT(acts); i++)
        if (r->viewer.user_id && str_eq(req_segment(r, 1), acts[i].name))
            rc = acts[i].run(r);
    if (rc == RC_OK || !reply_can_explain(r, rc))
        return rc;
    TRY(subscribe_page_of(r, &page));
    return RENDER_AGAIN(r, rc, subscribe, &page);
}

int main(void)
{
    static const struct endpoint subscribe = {
        .name = "subscribe",
        .who = ANYONE,
        .db = DB_MONEY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = change },
    };
    pay_require();
    return serve(&subscribe, error_view);
}
