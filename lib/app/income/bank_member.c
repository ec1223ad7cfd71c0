/* What a member has with us that is no payment yet: bank.h. */
#include "app/income/bank_step.h"
#include "app/income/subscription.h"

static const char provider[] = "balance"; /* of the payments made here */

STMT(q_arrived, &bank_line_shape,
     BANK_LINES " WHERE state IN ('part', 'unmatched') AND amount_minor > 0 AND reference IN"
                " (SELECT reference FROM checkout WHERE user_id = ? AND reference IS NOT NULL)"
                " ORDER BY id DESC LIMIT 500");

enum rc bank_arrived(struct db *db, struct arena *a, int64_t user_id, struct bank_line_list *out)
{
    return DB_LIST(db, a, &q_arrived, ARGS(I64(user_id)), BANK_LINES_SHOWN_MAX, out);
}

enum rc bank_member_balance(struct db *db, struct arena *a, int64_t user_id, int64_t *minor)
{
    return ledger_balance(db, a, (struct ledger_account_ref){ ACCOUNT_MEMBER, user_id },
                          pay_currency(), minor);
}

struct request {
    struct arena *a;
    int64_t user_id, until_ms, now_ms;
    struct problem *why;
};

static enum rc pay(struct db *db, void *arg)
{
    const struct request *x = arg;
    int64_t price = pay_price_minor(1);
    struct payment p = {
        .user_id = x->user_id,
        .amount_minor = price,
        .tax_minor = payment_tax_minor(price),
        .months = 1,
        .paid_ms = x->now_ms,
        .provider = provider,
        .currency = pay_currency(),
    };
    struct subscription s = { 0 };
    enum rc rc = subscription_lock(db, x->a, x->user_id, &s);

    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    rc = payment_month_ref(db, x->a, provider, x->user_id, x->until_ms, s.paid_until_ms,
                           &p.provider_ref);
    if (rc != RC_NOT_FOUND)
        return rc; /* paid before */
    if (s.paid_until_ms != x->until_ms)
        return refuse(x->why, RC_CONFLICT, NULL,
                      "Your paid time has changed in the meantime. Nothing was paid; please look "
                      "again.");
    rc = payment_book(db, x->a, &p, (struct ledger_account_ref){ ACCOUNT_MEMBER, x->user_id });
    return rc == RC_DENIED
               ? refuse(x->why, RC_CONFLICT, NULL, "Your balance does not cover the price.")
               : rc;
}

enum rc bank_pay_month(struct db *db, struct arena *a, int64_t user_id, int64_t until_ms,
                       int64_t now_ms, struct problem *why)
{
    return db_transact(db, pay, &(struct request){ a, user_id, until_ms, now_ms, why });
}
