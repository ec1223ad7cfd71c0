/*
 * pay: the payment pages of the test provider and of bank transfers.
 *
 *   GET  /pay/test/{checkout}                  the test provider's payment page
 *   POST /pay/test/{checkout}   choice=pay|decline|close     303 back to where the member came from
 *   GET  /pay/manual/{checkout}                what to enter at one's bank
 *
 * Who    the member who opened the checkout; for others it does not exist
 * Views  views/pay.html and .json of struct pay_page; views/pay_manual.html and .json of struct
 *        pay_manual_page
 */
#include "app/income/pay.h"
#include "app/payout/payee.h"
#include "base/conf.h"
#include "base/iban.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"
#include "pages/next.h"
#include "pages/frame.h"
#include "views/models/pay.h"
#include "views/models/pay_manual.h"
#include "web/req.h"

static enum rc own_checkout(struct req *r, const struct pay_driver *d, struct checkout *c)
{
    TRY(pay_checkout_get(r->db, r->arena, req_segment(r, 2), r->viewer.user_id, c));
    if (!str_eq(c->provider, d->name))
        return RC_NOT_FOUND;
    return c->state == CHECKOUT_OPEN ? pay_is_of_today(r->arena, c, &r->why) : RC_OK;
}

static enum rc show_test(struct req *r)
{
    struct checkout c;

    TRY(own_checkout(r, &pay_sandbox, &c));
    struct pay_page page = {
        .frame = frame_of(r, "Test payment", "subscribe"),
        .key = c.public_key,
        .state = c.state,
        .currency = c.currency,
        .amount_minor = c.amount_minor,
        .months = c.months,
    };
    return RENDER(r, pay, &page);
}

/* In groups of four, as on cards and letters. */
static const char *grouped(struct arena *a, const char *iban)
{
    struct sb o = { .a = a };

    for (size_t i = 0; iban[i]; i++)
        sb_addf(&o, "%s%c", i && i % 4 == 0 ? " " : "", iban[i]);
    return o.buf ? o.buf : "";
}

static enum rc show_manual(struct req *r)
{
    const char *iban = conf()->bank_iban;
    struct checkout c;

    TRY(own_checkout(r, &pay_manual, &c));
    if (!iban_ok(r->arena, conf()->bank_iban, &iban))
        return RC_FAIL; /* pay_require() must have refused such a configuration */
    bool late = r->now_ms >= pay_open_until_ms(&c) && c.state == CHECKOUT_OPEN;
    struct pay_manual_page page = {
        .frame = frame_of(r, "Bank transfer", "subscribe"),
        .state = late ? CHECKOUT_CLOSED : c.state,
        .currency = c.currency,
        .amount = fmt_amount(r->arena, c.amount_minor, c.currency),
        .holder = conf()->bank_holder,
        .iban = grouped(r->arena, iban),
        .iban_plain = iban,
        .bic = conf()->bank_bic,
        .reference = c.reference,
        .amount_minor = c.amount_minor,
        .months = c.months,
        .until_ms = pay_open_until_ms(&c),
        .back = c.back,
    };
    return RENDER(r, pay_manual, &page);
}

static enum rc show(struct req *r)
{
    if (str_eq(req_segment(r, 1), pay_manual.name))
        return show_manual(r);
    return str_eq(req_segment(r, 1), pay_sandbox.name) ? show_test(r) : RC_NOT_FOUND;
}

static enum rc choose(struct req *r)
{
    static const char *const choices[] = { "pay", "decline", "close" };
    static const char *const done[] = { "paid", "declined", "closed" };
    static const enum fact_kind kinds[] = { FACT_PAID, FACT_DECLINED, FACT_CLOSED };
    struct checkout c;
    size_t choice;

    static_assert(COUNT(choices) == COUNT(kinds) && COUNT(done) == COUNT(kinds), "one each");
    if (!str_eq(req_segment(r, 1), pay_sandbox.name) || pay_configured() != &pay_sandbox)
        return RC_NOT_FOUND;
    TRY(own_checkout(r, &pay_sandbox, &c));
    TRY(form_choice(r, "choice", choices, COUNT(choices), &choice));
    struct fact fact = pay_sandbox_fact(r->arena, &c, kinds[choice]);
    enum rc rc = pay_apply(r->db, r->arena, pay_sandbox.name, &fact, r->now_ms);
    if (rc == RC_CONFLICT)
        return refuse(&r->why, rc, NULL,
                      "This payment link has already been used. Open a new one from the "
                      "subscription page.");
    if (rc != RC_OK)
        return rc;
    if (kinds[choice] == FACT_PAID)
        return next_after_payment(r, c.back, done[choice]);
    struct sb back = { .a = r->arena };
    html_part(&back, c.back);
    return reply_see_other(r, "/subscribe?done=%s%s%s", done[choice], c.back[0] ? "&next=" : "",
                           c.back[0] ? back.buf : "");
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
