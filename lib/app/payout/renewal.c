#include "app/payout/renewal.h"
#include "app/income/pay.h"
#include "app/money/freeze.h"
#include "app/payout/payee.h"
#include "app/income/subscription.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"

static const char provider[] = "earnings"; /* of the payments made here */

enum { RENEW_EARLY_MS = 24 * 60 * 60 * 1000 };

struct request {
    struct arena *a;
    int64_t user_id, until_ms, now_ms;
    struct problem *why;
};

/* Move the price from the creator's payable earnings to their member account. */
static enum rc deposit(struct db *db, const struct request *x, const struct payment *p)
{
    const struct ledger_leg leg = {
        { ACCOUNT_CREATOR_PAYABLE, x->user_id }, { ACCOUNT_MEMBER, x->user_id }, p->amount_minor, 0
    };
    const struct posting posting = {
        .ikey = arena_printf(x->a, "deposit:%s:%s", provider, p->provider_ref),
        .kind = "deposit",
        .ref_type = "user",
        .ref_id = arena_printf(x->a, "%" PRId64, x->user_id),
        .effective_ms = x->now_ms,
        .currency = p->currency,
        .legs = &leg,
        .n = 1,
    };
    enum rc rc = ledger_post(db, x->a, &posting);
    if (rc == RC_DENIED)
        return refuse(x->why, rc, NULL, "Your earnings do not cover the price.");
    return rc == RC_CONFLICT ? RC_BUSY : rc; /* paid at the same time: the next try sees it */
}

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
        .currency = pay_configured()->currency(),
    };
    struct subscription s = { 0 };
    struct payout_hold hold;
    bool waits;
    enum rc rc = subscription_lock(db, x->a, x->user_id,
                                   &s); /* first: after a wait we see what was paid */

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
    rc = hold_get(db, x->a, x->user_id, &hold);
    if (rc == RC_OK)
        return refuse(x->why, RC_DENIED, NULL,
                      "Your earnings are on hold; see your earnings page.");
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(freeze_waits(db, x->a, x->user_id, &waits));
    if (waits)
        return refuse(x->why, RC_DENIED, NULL,
                      "Some of your earnings are being frozen; see your earnings page. Please try "
                      "again in some minutes.");
    if (price)
        TRY(deposit(db, x, &p));
    return payment_book(db, x->a, &p, (struct ledger_account_ref){ ACCOUNT_MEMBER, x->user_id });
}

enum rc renewal_pay(struct db *db, struct arena *a, int64_t user_id, int64_t until_ms,
                    int64_t now_ms, struct problem *why)
{
    return db_transact(db, pay, &(struct request){ a, user_id, until_ms, now_ms, why });
}

/* Told once for each end of the paid time, however often it is tried. */
static enum rc note_failure(struct db *db, void *arg)
{
    const struct request *x = arg;
    const struct notice n = {
        .user_id = x->user_id,
        .kind = NOTICE_RENEWAL_FAILED,
        .once = arena_printf(x->a, "%" PRId64, x->until_ms),
        .link = "/subscribe",
        .values = { .what = x->why->text, .until = fmt_date(x->a, x->until_ms) },
    };

    TRY(subscription_renew_failed(db, x->user_id, x->now_ms));
    return notify(db, x->a, &n, x->now_ms);
}

static enum rc renew(struct db *db, struct arena *a, const struct subscription *s, int64_t now_ms,
                     struct renewed *sum)
{
    struct problem why;
    enum rc rc = renewal_pay(db, a, s->user_id, s->paid_until_ms, now_ms, &why);

    if (rc == RC_DENIED) {
        sum->short_of_money++;
        return db_transact(db, note_failure,
                           &(struct request){ a, s->user_id, s->paid_until_ms, now_ms, &why });
    }
    sum->paid += rc == RC_OK;
    return rc == RC_CONFLICT ? RC_OK : rc; /* the member was faster */
}

enum rc renewal_run(struct db *db, struct arena *a, int64_t now_ms, struct renewed *sum)
{
    struct subscription_list list;
    int64_t last_id = 0;

    *sum = (struct renewed){ 0 };
    do {
        TRY(subscription_to_renew(db, a, now_ms, now_ms + RENEW_EARLY_MS, last_id, &list));
        for (size_t i = 0; i < list.n; i++) {
            last_id = list.items[i].user_id;
            TRY(renew(db, a, &list.items[i], now_ms, sum));
        }
    } while (list.n == SUBSCRIPTION_PAGE);
    return RC_OK;
}
