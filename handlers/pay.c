/*
 * pay: pages and notices of payment providers.
 *
 *   GET  /pay/test/{checkout}                  the test provider's pay page
 *   POST /pay/test/{checkout}   choice=pay|decline|close     303 back to /subscribe
 *
 * Who    the member who opened the checkout; for others there is none
 * Views  views/pay.html and views/pay.json, both of struct pay_page
 */
#include "app/pay.h"
#include "base/str.h"
#include "views/frame.h"
#include "web/req.h"

static enum rc own_checkout(struct req *r, struct checkout *c)
{
    if (!str_eq(req_segment(r, 1), pay_test.name) || pay_configured() != &pay_test)
        return RC_NOT_FOUND;
    return pay_checkout_get(r->db, r->arena, req_segment(r, 2), r->viewer.user_id, c);
}

static enum rc show(struct req *r)
{
    struct checkout c;

    TRY(own_checkout(r, &c));
    struct pay_page page = {
        .frame = frame_of(r, "Test payment", "subscribe"),
        .key = c.public_key,
        .state = c.state,
        .currency = c.currency,
        .amount_minor = c.amount_minor,
    };
    return RENDER(r, pay, &page);
}

static enum rc choose(struct req *r)
{
    static const char *const choices[] = { "pay", "decline", "close" };
    static const char *const done[] = { "paid", "declined", "closed" };
    static const int kinds[] = { FACT_PAID, FACT_DECLINED, FACT_CLOSED };
    struct checkout c;
    size_t choice;

    static_assert(COUNT(choices) == COUNT(kinds) && COUNT(done) == COUNT(kinds), "one each");
    TRY(own_checkout(r, &c));
    TRY(form_choice(r, "choice", choices, COUNT(choices), &choice));
    struct fact fact = pay_test_fact(r->arena, &c, kinds[choice]);
    enum rc rc = pay_apply(r->db, r->arena, pay_test.name, &fact, r->now_ms);
    if (rc == RC_CONFLICT)
        return refuse(&r->why, rc, NULL,
                      "This payment page is used up. Open a new one from the subscription page.");
    if (rc != RC_OK)
        return rc;
    return reply_see_other(r, "/subscribe?done=%s", done[choice]);
}

int main(void)
{
    static const struct endpoint pay = {
        .name = "pay",
        .who = SIGNED_IN,
        .db = DB_MONEY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = choose },
    };
    pay_require();
    return serve(&pay, error_view);
}
