#include "pages/subscribe.h"
#include "app/income/pay.h"
#include "app/income/subscription.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/next.h"
#include "pages/standing.h"
#include "web/req.h"

static const struct {
    const char *word, *text;
    bool bad;
} notices[] = {
    { "paid", "Thank you: your payment has arrived.", false },
    { "declined", "The payment was declined. Nothing was charged.", true },
    { "closed", "The payment was not completed. Nothing was charged.", true },
    { "cancelled", "Your subscription has been cancelled.", false },
    { "resumed", "Your subscription continues.", false },
    { "voucher", "The voucher has been redeemed.", false },
    { "earnings", "Paid from your earnings.", false },
    { "balance", "Paid from your balance.", false },
    { "renewal", "Saved.", false },
    { "refunded", "Your money is on its way back.", false },
};

static void notice(struct req *r, struct frame *frame)
{
    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            frame->notice = notices[i].text, frame->notice_bad = notices[i].bad;
}

static enum rc own_state(struct req *r, struct subscribe_page *page)
{
    struct subscription s;
    enum rc rc = subscription_get(r->db, r->arena, r->viewer.user_id, &s);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    page->standing = standing_of(r, &s);
    page->paid_until_ms = s.paid_until_ms;
    page->grace_until_ms = MAX_OF(s.grace_until_ms, s.paid_until_ms);
    page->disputed = s.disputed > 0;
    page->from_earnings = s.from_earnings;
    page->renew_failed_ms = s.renew_failed_ms;
    return RC_OK;
}

static enum rc waiting(struct req *r, struct subscribe_page *page)
{
    struct checkout c;
    enum rc rc = pay_checkout_waiting(r->db, r->arena, r->viewer.user_id, r->now_ms, &c);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    page->waiting_url = arena_printf(r->arena, "/pay/%s/%s", c.provider, c.public_key);
    page->waiting_reference = c.reference;
    return RC_OK;
}

static enum rc not_booked(struct req *r, struct subscribe_page *page)
{
    TRY(bank_member_balance(r->db, r->arena, r->viewer.user_id, &page->balance_minor));
    page->balance_covers = page->price_minor && page->balance_minor >= page->price_minor;
    TRY(bank_arrived(r->db, r->arena, r->viewer.user_id, &page->arrived));
    for (size_t i = 0; i < page->arrived.n; i++)
        page->arrived_minor += page->arrived.items[i].amount_minor;
    return RC_OK;
}

static enum rc earnings(struct req *r, struct subscribe_page *page)
{
    const struct ledger_account_ref payable = { ACCOUNT_CREATOR_PAYABLE, r->viewer.user_id };

    TRY(ledger_balance(r->db, r->arena, payable, page->currency, &page->earnings_minor));
    page->covered = page->price_minor && page->earnings_minor >= page->price_minor;
    return RC_OK;
}

static enum rc what_was_paid(struct req *r, struct subscribe_page *page)
{
    struct payment refundable;
    int64_t asked;
    struct receipt_list all;

    TRY(payment_list(r->db, r->arena, r->viewer.user_id, &page->payments));
    TRY(receipt_list(r->db, r->arena, r->viewer.user_id, &all));
    page->credits.items = arena_array(r->arena, struct receipt, all.n);
    for (size_t i = 0; i < all.n; i++)
        if (all.items[i].reversal_id) {
            struct receipt *credit = &page->credits.items[page->credits.n++];
            *credit = all.items[i];
            credit->amount_minor = -credit->amount_minor;
        }
    enum rc rc = pay_refundable(r->db, r->arena, r->viewer.user_id, r->now_ms, &refundable,
                                &page->refund_minor, &asked);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc subscribe_standing_of(struct req *r, struct subscribe_page *page)
{
    *page = (struct subscribe_page){
        .frame = frame_of(r, "Subscription", r->viewer.user_id ? "account" : "subscribe"),
        .why = r->why,
        .voucher = form_str(r, "voucher"),
        .standing = standing_of(r, NULL),
        .back = next_of(r),
        .currency = pay_currency(),
        .price_minor = pay_price_minor(1),
        .year_minor = pay_price_minor(12),
        .grace_days = conf()->grace_days,
        .preview_seconds = conf()->preview_seconds,
        .waiting_url = "",
        .waiting_reference = "",
        .refund_days = conf()->refund_days,
        .refund_minutes = conf()->refund_minutes,
        .refunds_per_year = conf()->refunds_per_year,
    };
    page->frame.description =
        "One monthly subscription, every video, and creators paid by the time you watch.";
    notice(r, &page->frame);
    return r->viewer.user_id ? own_state(r, page) : RC_OK;
}

enum rc subscribe_page_of(struct req *r, struct subscribe_page *page)
{
    TRY(subscribe_standing_of(r, page));
    if (r->viewer.user_id == 0)
        return RC_OK;
    TRY(waiting(r, page));
    TRY(not_booked(r, page));
    TRY(earnings(r, page));
    return what_was_paid(r, page);
}
