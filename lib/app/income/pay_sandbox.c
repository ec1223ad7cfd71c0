/* The driver pay_sandbox of pay.h: a provider named "test" that moves no real money. */
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "base/conf.h"

/* ISO 4217 reserves XTS for tests, so it cannot be mistaken for money. */
static const char *currency(void) { return "XTS"; }

static enum rc open_sandbox(struct problem *why)
{
    if (conf()->environment != ENV_PRODUCTION)
        return RC_OK;
    return refuse(why, RC_FAIL, "pay_provider",
                  "the test provider takes no real money and does not run in production");
}

static enum rc checkout(struct arena *a, const struct checkout *c, const char **url)
{
    *url = arena_printf(a, "/pay/test/%s", c->public_key);
    return RC_OK;
}

/* Refunds at once. */
static enum rc refund(struct arena *a, const struct refund_order *o, struct fact *out)
{
    (void)a;
    *out = pay_refund_fact(o);
    return RC_OK;
}

const struct pay_driver pay_sandbox = {
    .name = "test",
    .caps = PAY_CAP_REFUND,
    .account = ACCOUNT_PSP,
    .checkout_hours = 24,
    .open = open_sandbox,
    .currency = currency,
    .checkout = checkout,
    .refund = refund,
};

struct fact pay_sandbox_fact(struct arena *a, const struct checkout *c, enum fact_kind kind)
{
    return (struct fact){
        .kind = kind,
        .ref = arena_printf(a, "test_%s", c->public_key),
        .checkout_key = c->public_key,
        .amount_minor = c->amount_minor,
        .tax_minor = payment_tax_minor(c->amount_minor),
        .fee_minor = payment_fee_minor(c->amount_minor),
        .currency = c->currency,
    };
}
