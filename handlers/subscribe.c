/*
 * subscribe: the offer and one's own subscription.
 *
 *   GET  /subscribe            the offer; for members their state and payments
 *   POST /subscribe            to the provider's pay page
 *   POST /subscribe/cancel     access stays to the end of the paid time
 *   POST /subscribe/resume     undoes it before that end
 *
 * Who    the offer: anyone; the rest: signed in
 * Views  views/subscribe.html and views/subscribe.json, both of struct subscribe_page
 */
#include "app/pay.h"
#include "app/payment.h"
#include "app/subscription.h"
#include "base/conf.h"
#include "base/str.h"
#include "views/frame.h"
#include "web/req.h"

static const struct {
    const char *word, *text;
    bool bad;
} notices[] = {
    { "paid", "Thank you: your payment has arrived.", false },
    { "declined", "The payment was declined. Nothing was charged.", true },
    { "closed", "The payment was not completed. Nothing was charged.", true },
    { "cancelled", "Your subscription is cancelled.", false },
    { "resumed", "Your subscription goes on.", false },
};

static void notice(struct req *r, struct frame *frame)
{
    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            frame->notice = notices[i].text, frame->notice_bad = notices[i].bad;
}

static const char *state_of(const struct subscription *s, int64_t now_ms)
{
    if (now_ms < s->paid_until_ms)
        return s->cancelled_ms ? "cancelled" : "active";
    return now_ms < s->grace_until_ms ? "grace" : "ended";
}

static enum rc own_state(struct req *r, struct subscribe_page *page)
{
    struct subscription s;

    enum rc rc = subscription_get(r->db, r->arena, r->viewer.user_id, &s);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK)
        return rc;
    page->state = state_of(&s, r->now_ms);
    page->paid_until_ms = s.paid_until_ms;
    page->grace_until_ms = s.grace_until_ms;
    return payment_list(r->db, r->arena, r->viewer.user_id, &page->payments);
}

static enum rc show(struct req *r)
{
    struct subscribe_page page = {
        .frame = frame_of(r, "Subscription", "subscribe"),
        .state = "none",
        .currency = conf()->currency,
        .price_minor = conf()->price_minor,
        .grace_days = conf()->grace_days,
        .preview_seconds = conf()->preview_seconds,
    };

    if (req_segment(r, 1)[0])
        return RC_METHOD;
    page.frame.description =
        "One monthly subscription, every video, and creators paid by the time you watch.";
    notice(r, &page.frame);
    if (r->viewer.user_id)
        TRY(own_state(r, &page));
    return RENDER(r, subscribe, &page);
}

static enum rc change(struct req *r)
{
    const char *act = req_segment(r, 1), *url;

    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    if (str_eq(act, "cancel")) {
        TRY(subscription_cancel(r->db, r->viewer.user_id, r->now_ms));
        return reply_see_other(r, "/subscribe?done=cancelled");
    }
    if (str_eq(act, "resume")) {
        TRY(subscription_resume(r->db, r->viewer.user_id, r->now_ms));
        return reply_see_other(r, "/subscribe?done=resumed");
    }
    if (act[0])
        return RC_NOT_FOUND;
    TRY(pay_checkout(r->db, r->arena, r->viewer.user_id, 1, r->now_ms, &url));
    return reply_see_other(r, "%s", url);
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
