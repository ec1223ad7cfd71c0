#include "app/pay.h"
#include "app/payment.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"

static const struct pay_driver *const drivers[] = { &pay_test };

SHAPE(checkout_shape, struct checkout, COLUMN(struct checkout, id),
      COLUMN(struct checkout, user_id), COLUMN(struct checkout, amount_minor),
      COLUMN(struct checkout, months), COLUMN(struct checkout, reference),
      COLUMN(struct checkout, created_ms), COLUMN(struct checkout, ended_ms),
      COLUMN(struct checkout, public_key), COLUMN(struct checkout, provider),
      COLUMN(struct checkout, currency), COLUMN(struct checkout, state));
#define CHECKOUT_COLUMNS                                                                           \
    "id, user_id, amount_minor, months, reference, created_ms, ended_ms, public_key, provider, currency, state"

STMT(q_own, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE public_key = ? AND user_id = ?");
STMT(q_lock, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE public_key = ? AND provider = ? FOR UPDATE");
STMT(q_open, NULL,
     "INSERT INTO checkout (public_key, user_id, provider, amount_minor, currency, created_ms)"
     " VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_close_older, NULL,
     "UPDATE checkout SET state = 'closed', ended_ms = ? WHERE user_id = ? AND state = 'open'");
STMT(q_end, NULL, "UPDATE checkout SET state = ?, ended_ms = ? WHERE id = ? AND state = 'open'");

const struct pay_driver *pay_driver(const char *name)
{
    for (size_t i = 0; i < COUNT(drivers); i++)
        if (str_eq(drivers[i]->name, name))
            return drivers[i];
    return NULL;
}

const struct pay_driver *pay_configured(void) { return pay_driver(conf()->pay_provider); }

void pay_require(void)
{
    const struct pay_driver *d = pay_configured();
    struct problem why = { NULL, "there is no such payment provider" };

    if (d && d->open(&why) == RC_OK)
        return;
    log_error("pay_provider = %s: %s", conf()->pay_provider, why.text);
    exit(78); /* EX_CONFIG of sysexits.h */
}

enum rc pay_checkout(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                     const char **url)
{
    const struct pay_driver *d = pay_configured();
    assert(d); /* pay_require() was passed */
    struct checkout c = {
        .user_id = user_id,
        .amount_minor = conf()->price_minor,
        .created_ms = now_ms,
        .public_key = random_id(a, CHECKOUT_KEY_BYTES),
        .provider = d->name,
        .currency = d->currency(),
    };

    TRY(db_run(db, &q_close_older, ARGS(I64(now_ms), I64(user_id)), NULL));
    TRY(db_insert(db, &q_open,
                  ARGS(STR(c.public_key), I64(c.user_id), STR(c.provider), I64(c.amount_minor),
                       STR(c.currency), I64(now_ms)),
                  &c.id));
    return d->checkout(a, &c, url);
}

enum rc pay_checkout_get(struct db *db, struct arena *a, const char *public_key, int64_t user_id,
                         struct checkout *out)
{
    return db_one(db, a, &q_own, ARGS(STR(public_key), I64(user_id)), out);
}

struct application {
    struct arena *a;
    const struct pay_driver *driver;
    const struct fact *fact;
    int64_t now_ms;
};

static enum rc book(struct db *db, const struct application *x, const struct checkout *c)
{
    struct payment p = {
        .user_id = c->user_id,
        .amount_minor = x->fact->amount_minor,
        .tax_minor = x->fact->tax_minor,
        .fee_minor = x->fact->fee_minor,
        .months = c->months,
        .paid_ms = x->now_ms,
        .provider = x->driver->name,
        .provider_ref = x->fact->ref,
        .currency = x->fact->currency,
    };

    if (p.amount_minor != c->amount_minor || !str_eq(p.currency, c->currency))
        return RC_CONFLICT;
    return payment_book(db, x->a, &p, (struct ledger_account_ref){ x->driver->account, 0 });
}

static enum rc apply(struct db *db, void *arg)
{
    static const char *const ends[] = {
        [FACT_PAID] = "paid",
        [FACT_DECLINED] = "declined",
        [FACT_CLOSED] = "closed",
    };
    assert((size_t)((const struct application *)arg)->fact->kind < COUNT(ends));
    const struct application *x = arg;
    const char *end = ends[x->fact->kind];
    struct checkout c;

    TRY(db_one(db, x->a, &q_lock, ARGS(STR(x->fact->checkout_key), STR(x->driver->name)), &c));
    if (str_eq(c.state, end))
        return RC_OK;
    if (!str_eq(c.state, "open") || x->now_ms - c.created_ms > CHECKOUT_HOURS * HOUR_MS)
        return RC_CONFLICT;
    if (x->fact->kind == FACT_PAID)
        TRY(book(db, x, &c));
    return db_run(db, &q_end, ARGS(STR(end), I64(x->now_ms), I64(c.id)), NULL);
}

enum rc pay_apply(struct db *db, struct arena *a, const char *provider, const struct fact *fact,
                  int64_t now_ms)
{
    struct application x = { a, pay_driver(provider), fact, now_ms };

    assert(x.driver);

    return db_transact(db, apply, &x);
}
