#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/income/reference.h"
#include "app/money/clock_guard.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"

enum { CONFIG_EXIT = 78 /* EX_CONFIG of sysexits.h */ };
enum { REQUIRE_ARENA_BYTES = 1 << 20, REQUIRE_SECONDS = 10 };

static const struct pay_driver *const drivers[] = { &pay_sandbox, &pay_manual };

WORDS(checkout_state, "checkout.state", [CHECKOUT_OPEN] = "open", [CHECKOUT_PAID] = "paid",
      [CHECKOUT_DECLINED] = "declined", [CHECKOUT_CLOSED] = "closed");

SHAPE(checkout_shape, struct checkout, COLUMN(struct checkout, id),
      COLUMN(struct checkout, user_id), COLUMN(struct checkout, amount_minor),
      COLUMN(struct checkout, months), COLUMN(struct checkout, reference),
      COLUMN(struct checkout, created_ms), COLUMN(struct checkout, ended_ms),
      COLUMN(struct checkout, public_key), COLUMN(struct checkout, provider),
      COLUMN(struct checkout, currency), COLUMN(struct checkout, request_id),
      COLUMN(struct checkout, back), COLUMN_WORD(struct checkout, state, checkout_state));
#define CHECKOUT_COLUMNS                                                                                  \
    "id, user_id, amount_minor, months, reference, created_ms, ended_ms, public_key, provider, currency," \
    " request_id, back, state"

STMT(q_own, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE public_key = ? AND user_id = ?");
STMT(q_lock, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE public_key = ? AND provider = ? FOR UPDATE");
STMT(q_by_reference, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE reference = ?");
STMT(q_waiting, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE user_id = ? AND state = 'open'"
     " AND reference IS NOT NULL ORDER BY id DESC LIMIT 1");
STMT(q_same, &checkout_shape,
     "SELECT " CHECKOUT_COLUMNS " FROM checkout WHERE user_id = ? AND provider = ? AND currency = ?"
     " AND amount_minor = ? AND months = ? AND state = 'open' AND created_ms > ?"
     " ORDER BY id DESC LIMIT 1");
STMT(q_open, NULL,
     "INSERT INTO checkout (public_key, user_id, provider, amount_minor, months, currency,"
     " created_ms, request_id, back) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_back, NULL, "UPDATE checkout SET back = ? WHERE id = ?");
STMT(q_refer, NULL, "UPDATE checkout SET reference = ? WHERE id = ?");
STMT(q_close_older, NULL,
     "UPDATE checkout SET state = 'closed', ended_ms = ? WHERE user_id = ? AND state = 'open'");
STMT(q_end, NULL, "UPDATE checkout SET state = ?, ended_ms = ? WHERE id = ?");

const struct pay_driver *pay_driver(const char *name)
{
    for (size_t i = 0; i < COUNT(drivers); i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): not one of them is NULL, see above */
        if (str_eq(drivers[i]->name, name))
            return drivers[i];
    return NULL;
}

const struct pay_driver *pay_configured(void) { return pay_driver(conf()->pay_provider); }

const char *pay_currency(void)
{
    const struct pay_driver *driver = pay_configured();
    return driver ? driver->currency() : conf()->currency;
}

const char *pay_means(const char *provider)
{
    static const struct {
        const char *provider, *means;
    } rows[] = { { "test", "test payment" },
                 { "manual", "bank transfer" },
                 { "voucher", "voucher" },
                 { "earnings", "your earnings" },
                 { "balance", "your balance" } };

    for (size_t i = 0; i < COUNT(rows); i++)
        if (str_eq(rows[i].provider, provider))
            return rows[i].means;
    return provider;
}

static enum rc same_currency(struct db *db, struct arena *a, const char *currency,
                             struct problem *why)
{
    const char *books;

    TRY(ledger_currency(db, a, &books));
    if (!books[0] || str_eq(books, currency))
        return RC_OK;
    return refuse(
        why, RC_CONFLICT, NULL,
        arena_printf(a,
                     "The books are in %s, but with currency = %s and pay_provider = %s they would "
                     "go on in %s. Nothing is booked: set both back. To change the currency of a "
                     "site, let its subscriptions end, pay out what it owes, and open a new site "
                     "with a new database.",
                     books, conf()->currency, conf()->pay_provider, currency));
}

enum rc pay_books_currency(struct db *db, struct arena *a, const char **currency)
{
    TRY(ledger_currency(db, a, currency));
    if (*currency[0] == 0)
        *currency = pay_currency();
    return RC_OK;
}

void pay_require(void)
{
    const struct pay_driver *d = pay_configured();
    struct problem why = { NULL, "there is no such payment provider" };

    if (d == NULL || d->open(&why) != RC_OK) {
        log_error("pay_provider = %s: %s", conf()->pay_provider, why.text);
        exit(CONFIG_EXIT);
    }
    struct arena *a = arena_new(REQUIRE_ARENA_BYTES);
    struct db *db = db_new(DB_MONEY, REQUIRE_SECONDS);
    if (same_currency(db, a, d->currency(), &why) == RC_CONFLICT) {
        log_error("%s", why.text);
        exit(CONFIG_EXIT);
    }
    db_close(db);
    arena_free(a);
}

enum rc pay_currency_ok(struct db *db, struct arena *a, const char *currency)
{
    static bool looked;
    struct problem why;

    if (looked && str_eq(currency, pay_currency()))
        return RC_OK;
    enum rc rc = same_currency(db, a, currency, &why);
    if (rc == RC_CONFLICT) {
        log_error("%s", why.text);
        return RC_FAIL;
    }
    looked = rc == RC_OK;
    return rc;
}

enum rc pay_guard(struct db *db, struct arena *a, int64_t now_ms, struct problem *why)
{
    TRY(same_currency(db, a, pay_currency(), why));
    return clock_guard(db, a, now_ms, why);
}

int64_t pay_price_minor(int64_t months)
{
    return months == 12 ? conf()->price_year_minor : conf()->price_minor;
}

struct opening {
    struct arena *a;
    const struct pay_driver *driver;
    struct checkout checkout;
};

static enum rc find_same(struct db *db, struct opening *x)
{
    const struct checkout *c = &x->checkout;
    int64_t since_ms = c->created_ms - x->driver->checkout_hours * HOUR_MS / 2;

    return db_one(db, x->a, &q_same,
                  ARGS(I64(c->user_id), STR(c->provider), STR(c->currency), I64(c->amount_minor),
                       I64(c->months), I64(since_ms)),
                  &x->checkout);
}

static enum rc open_checkout(struct db *db, void *arg)
{
    struct opening *x = arg;
    struct checkout *c = &x->checkout;

    if (x->driver->by_reference) {
        const char *back = c->back;
        enum rc rc = find_same(db, x);
        if (rc == RC_OK)
            return db_run(db, &q_back, ARGS(STR(back), I64(c->id)), NULL);
        if (rc != RC_NOT_FOUND)
            return rc;
    }
    TRY(db_run(db, &q_close_older, ARGS(I64(c->created_ms), I64(c->user_id)), NULL));
    TRY(db_insert(db, &q_open,
                  ARGS(STR(c->public_key), I64(c->user_id), STR(c->provider), I64(c->amount_minor),
                       I64(c->months), STR(c->currency), I64(c->created_ms), STR(c->request_id),
                       STR(c->back)),
                  &c->id));
    if (!x->driver->by_reference)
        return RC_OK;
    c->reference = reference_of(x->a, c->id);
    return db_run(db, &q_refer, ARGS(STR(c->reference), I64(c->id)), NULL);
}

/* A job that does something about a payment does it for the request that opened it. */
static void say_in_log(const struct checkout *c)
{
    bool referred = c->reference && c->reference[0];

    log_cause(c->request_id);
    log_about("payment:%s", referred ? c->reference : c->public_key);
}

enum rc pay_checkout(struct db *db, struct arena *a, int64_t user_id, int64_t months,
                     const char *back, int64_t now_ms, const char **url)
{
    struct opening x = { .a = a, .driver = pay_configured() };

    assert(x.driver && (months == 1 || months == 12)); /* pay_require() has checked it */
    x.checkout = (struct checkout){
        .user_id = user_id,
        .amount_minor = pay_price_minor(months),
        .months = months,
        .created_ms = now_ms,
        .public_key = random_id(a, CHECKOUT_KEY_BYTES),
        .provider = x.driver->name,
        .currency = x.driver->currency(),
        .request_id = log_request_id(),
        .back = back,
    };
    if (months == 12 && x.checkout.amount_minor == 0)
        return RC_INVALID;
    TRY(pay_currency_ok(db, a, x.checkout.currency));
    TRY(db_transact(db, open_checkout, &x));
    say_in_log(&x.checkout);
    return x.driver->checkout(a, &x.checkout, url);
}

enum rc pay_checkout_get(struct db *db, struct arena *a, const char *public_key, int64_t user_id,
                         struct checkout *out)
{
    return db_one(db, a, &q_own, ARGS(STR(public_key), I64(user_id)), out);
}

enum rc pay_checkout_by_reference(struct db *db, struct arena *a, const char *reference,
                                  struct checkout *out)
{
    return db_one(db, a, &q_by_reference, ARGS(STR(reference)), out);
}

enum rc pay_checkout_waiting(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             struct checkout *out)
{
    TRY(db_one(db, a, &q_waiting, ARGS(I64(user_id)), out));
    bool payable = now_ms < pay_open_until_ms(out) && pay_is_of_today(a, out, NULL) == RC_OK;
    return payable ? RC_OK : RC_NOT_FOUND;
}

enum rc pay_is_of_today(struct arena *a, const struct checkout *c, struct problem *why)
{
    if (str_eq(c->currency, pay_currency()))
        return RC_OK;
    return refuse(
        why, RC_CONFLICT, NULL,
        arena_printf(a,
                     "This payment was begun in %s, but this site is in %s now. It can no "
                     "longer be paid; open a new one from the subscription page.",
                     c->currency, pay_currency()));
}

int64_t pay_open_until_ms(const struct checkout *c)
{
    const struct pay_driver *d = pay_driver(c->provider);

    return c->created_ms + (d ? d->checkout_hours * HOUR_MS : 0);
}

struct application {
    struct arena *a;
    const struct pay_driver *driver;
    const struct fact *fact;
    int64_t now_ms;
    struct problem *why;
};

static enum rc book(struct db *db, const struct application *x, const struct checkout *c)
{
    struct payment p = {
        .user_id = c->user_id,
        .amount_minor = x->fact->amount_minor,
        .tax_minor = x->fact->tax_minor,
        .fee_minor = x->fact->fee_minor,
        .months = c->months,
        .starts_ms = x->now_ms,
        .paid_ms = x->fact->at_ms ? x->fact->at_ms : x->now_ms,
        .provider = x->driver->name,
        .provider_ref = x->fact->ref,
        .currency = x->fact->currency,
    };
    struct payment other;
    enum rc rc = payment_get(db, x->a, p.provider, p.provider_ref, &other);

    if (rc == RC_OK)
        return refuse(x->why, RC_CONFLICT, NULL,
                      "This key has already been booked, for a "
                      "different payment.");
    if (rc != RC_NOT_FOUND)
        return rc;
    return payment_book(db, x->a, &p, (struct ledger_account_ref){ x->driver->account, 0 });
}

/* The checkout is paid already: by this very fact (RC_OK), or by another one. */
static enum rc compare_with_first(struct db *db, const struct application *x)
{
    struct payment first;
    enum rc rc = payment_get(db, x->a, x->driver->name, x->fact->ref, &first);

    if (rc == RC_OK && first.amount_minor == x->fact->amount_minor)
        return RC_OK;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return refuse(x->why, RC_CONFLICT, NULL, "This checkout has already been paid.");
}

static enum rc may_end(const struct application *x, const struct checkout *c)
{
    const struct fact *f = x->fact;
    bool paid = f->kind == FACT_PAID, late = paid && x->driver->by_reference;

    if (c->state != CHECKOUT_OPEN && !(late && c->state == CHECKOUT_CLOSED))
        return refuse(x->why, RC_CONFLICT, NULL,
                      arena_printf(x->a, "This checkout is %s.", checkout_state_word(c->state)));
    if (paid)
        TRY(pay_is_of_today(x->a, c, x->why));
    if (x->now_ms >= pay_open_until_ms(c))
        return refuse(x->why, RC_CONFLICT, NULL,
                      arena_printf(x->a, "This checkout could be paid for only %" PRId64 " hours.",
                                   x->driver->checkout_hours));
    if (paid && (f->amount_minor != c->amount_minor || !str_eq(f->currency, c->currency)))
        return refuse(x->why, RC_CONFLICT, NULL,
                      arena_printf(x->a, "This checkout asks for %s, not %s.",
                                   fmt_money(x->a, c->amount_minor, c->currency),
                                   fmt_money(x->a, f->amount_minor, f->currency)));
    return RC_OK;
}

static enum rc end_checkout(struct db *db, const struct application *x)
{
    static const enum checkout_state ends[] = {
        [FACT_PAID] = CHECKOUT_PAID,
        [FACT_DECLINED] = CHECKOUT_DECLINED,
        [FACT_CLOSED] = CHECKOUT_CLOSED,
    };
    assert((size_t)x->fact->kind < COUNT(ends));
    enum checkout_state end = ends[x->fact->kind];
    struct checkout c;

    TRY(db_one(db, x->a, &q_lock, ARGS(STR(x->fact->checkout_key), STR(x->driver->name)), &c));
    say_in_log(&c);
    if (c.state == end)
        return x->fact->kind == FACT_PAID ? compare_with_first(db, x) : RC_OK;
    TRY(may_end(x, &c));
    if (x->fact->kind == FACT_PAID)
        TRY(book(db, x, &c));
    return db_run(db, &q_end, ARGS(STR(checkout_state_word(end)), I64(x->now_ms), I64(c.id)), NULL);
}

enum rc pay_book_within(struct db *db, struct arena *a, const struct fact *fact, int64_t now_ms,
                        struct problem *why)
{
    const struct application x = { a, &pay_manual, fact, now_ms, why };
    struct checkout c;

    TRY(db_one(db, a, &q_lock, ARGS(STR(fact->checkout_key), STR(pay_manual.name)), &c));
    say_in_log(&c);
    TRY(book(db, &x, &c));
    if (c.state == CHECKOUT_PAID)
        return RC_OK;
    return db_run(db, &q_end, ARGS(STR(checkout_state_word(CHECKOUT_PAID)), I64(now_ms), I64(c.id)),
                  NULL);
}

static enum rc reverse(struct db *db, const struct application *x)
{
    struct reversal r = x->fact->reversal;

    r.provider = x->driver->name;
    r.provider_ref = x->fact->ref;
    return reversal_apply(db, x->a, &r, (struct ledger_account_ref){ x->driver->account, 0 },
                          x->now_ms);
}

static enum rc apply(struct db *db, void *arg)
{
    const struct application *x = arg;

    return x->fact->kind == FACT_REVERSAL ? reverse(db, x) : end_checkout(db, x);
}

enum rc pay_apply_within(struct db *db, struct arena *a, const char *provider,
                         const struct fact *fact, int64_t now_ms, struct problem *why)
{
    struct application x = { a, pay_driver(provider), fact, now_ms, why };

    assert(x.driver);
    return apply(db, &x);
}

enum rc pay_apply(struct db *db, struct arena *a, const char *provider, const struct fact *fact,
                  int64_t now_ms)
{
    struct application x = { a, pay_driver(provider), fact, now_ms, NULL };

    assert(x.driver);
    return db_transact(db, apply, &x);
}

static enum rc ask_for_refund(const struct pay_driver *d, struct arena *a,
                              const struct refund_order *o, struct fact *fact)
{
    enum fault f = fault_begin();

    if (f == FAULT_LOST)
        return RC_BUSY;
    enum rc rc = d->refund(a, o, fact);
    return fault_end(f) ? RC_FAIL : rc;
}

/* The reversal that the fact reports, with what was asked for. */
static const struct reversal *reversal_of(struct fact *fact, const struct pay_driver *d,
                                          const struct refund_request *request)
{
    struct reversal *r = &fact->reversal;

    r->provider = d->name;
    r->provider_ref = fact->ref;
    r->access = request->access;
    r->until_ms = request->access == REFUND_UNTIL ? request->until_ms : 0;
    r->by_member = request->by_member;
    return r;
}

enum rc pay_refund(struct db *db, struct arena *a, const struct payment *p,
                   const struct refund_request *request, int64_t now_ms, struct problem *why)
{
    const struct pay_driver *d = pay_driver(p->provider);
    const struct refund_order order = { p->provider_ref, p->currency, request->key, request->reason,
                                        request->amount_minor };
    struct fact fact = pay_refund_fact(&order);

    log_about("payment:%s", p->provider_ref);
    if (d == NULL)
        return refuse(why, RC_DENIED, NULL,
                      "The provider of this payment does not give money back.");
    TRY(reversal_check(db, a, reversal_of(&fact, d, request), now_ms, why));
    if (d->refund)
        TRY(ask_for_refund(d, a, &order, &fact));
    reversal_of(&fact, d, request);
    enum rc rc = pay_apply(db, a, d->name, &fact, now_ms);
    if (rc == RC_INVALID)
        return refuse(why, rc, NULL, "That is more than is left of the payment.");
    if (rc == RC_CONFLICT)
        return refuse(why, rc, NULL,
                      "This refund has already been made, with a different amount or effect.");
    return rc;
}

struct fact pay_refund_fact(const struct refund_order *o)
{
    return (struct fact){
        .kind = FACT_REVERSAL,
        .ref = o->key,
        .reversal = { .kind = REVERSAL_REFUND,
                      .state = REVERSAL_DONE,
                      .payment_ref = o->payment_ref,
                      .amount_minor = o->amount_minor,
                      .reason = o->reason },
    };
}

enum rc pay_refundable(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                       struct payment *out, int64_t *minor, int64_t *nth)
{
    struct payment_list list;
    bool again;

    *minor = 0;
    TRY(reversal_asked(db, a, user_id, now_ms, nth, &again));
    if (!again)
        return RC_NOT_FOUND;
    TRY(payment_list(db, a, user_id, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct pay_driver *d = pay_driver(list.items[i].provider);
        if (d && d->refund)
            TRY(reversal_offer(db, a, list.items[i].id, now_ms, minor));
        *out = list.items[i];
        if (*minor)
            return RC_OK;
    }
    return RC_NOT_FOUND;
}

static const char *refund_terms(struct arena *a)
{
    return arena_printf(a,
                        "There is nothing that can be refunded now. You get your latest payment "
                        "back within %" PRId64 " days of paying, while you have watched less than "
                        "%" PRId64 " minutes of what it paid for (opening a video counts with its "
                        "whole length), and %" PRId64 " time%s in 365 days.",
                        conf()->refund_days, conf()->refund_minutes, conf()->refunds_per_year,
                        conf()->refunds_per_year == 1 ? "" : "s");
}

enum rc pay_refund_latest(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                          struct problem *why)
{
    struct payment p;
    int64_t minor, nth;
    enum rc rc = pay_refundable(db, a, user_id, now_ms, &p, &minor, &nth);

    if (rc == RC_NOT_FOUND)
        return refuse(why, RC_CONFLICT, NULL, refund_terms(a));
    TRY(rc);
    const struct refund_request request = {
        .amount_minor = minor,
        .key = arena_printf(a, "asked_%" PRId64 "_%" PRId64, user_id, nth), /* two at once: one */
        .reason = "requested by the member",
        .by_member = true,
    };
    return pay_refund(db, a, &p, &request, now_ms, why);
}
