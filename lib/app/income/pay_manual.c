/* The driver pay_manual of pay.h: bank transfers that an operator confirms. */
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "base/conf.h"
#include "base/iban.h"

/* A bank transfer takes days, and longer from another country. */
enum { TRANSFER_HOURS = 30 * 24, IBAN_ARENA_BYTES = 4096 };

static const char *currency(void) { return conf()->currency; }

static enum rc open_manual(struct problem *why)
{
    struct arena *a = arena_new(IBAN_ARENA_BYTES);
    const char *plain;
    bool known = iban_ok(a, conf()->bank_iban, &plain) && conf()->bank_holder[0];

    arena_free(a);
    if (known)
        return RC_OK;
    return refuse(why, RC_FAIL, "pay_provider",
                  "bank transfers need bank_holder and a valid bank_iban: members have to know "
                  "where to pay");
}

static enum rc checkout(struct arena *a, const struct checkout *c, const char **url)
{
    *url = arena_printf(a, "/pay/manual/%s", c->public_key);
    return RC_OK;
}

const struct pay_driver pay_manual = {
    .name = "manual",
    .caps = PAY_CAP_PRODUCTION,
    .account = ACCOUNT_BANK,
    .checkout_hours = TRANSFER_HOURS,
    .by_reference = true,
    .open = open_manual,
    .currency = currency,
    .checkout = checkout,
};

struct fact pay_manual_fact(const struct checkout *c, const char *ref, int64_t amount_minor,
                            int64_t at_ms)
{
    return (struct fact){
        .kind = FACT_PAID,
        .ref = ref,
        .checkout_key = c->public_key,
        .at_ms = at_ms,
        .amount_minor = amount_minor,
        .tax_minor = payment_tax_minor(amount_minor),
        .fee_minor = payment_fee_minor(amount_minor),
        .currency = currency(),
    };
}
