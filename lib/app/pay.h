/*
 * pay: from a payment provider to a paid month.
 *
 * A driver knows one provider; the rest of the program knows only this table and provider-neutral
 * facts. A driver never touches subscriptions or books; what it learns it says as a fact, and
 * pay_apply() does what follows. The driver of a checkout is stored with it, so several can live
 * side by side.
 *
 * Facts are applied in one transaction with the state of the checkout and are keyed by (provider,
 * ref): said twice, late or by a replayed page they change nothing.
 * Tables     checkout (payments are subscription's).
 */
#ifndef APP_PAY_H
#define APP_PAY_H
#include "io/db.h"

enum { CHECKOUT_KEY_BYTES = 16, CHECKOUT_HOURS = 24 };

/* A member on the way to pay. */
struct checkout {
    int64_t id, user_id, amount_minor, created_ms, ended_ms;
    const char *public_key; /* 22 characters; in addresses */
    const char *provider, *currency;
    const char *state; /* open, paid, declined, closed */
};

/* What a provider says happened. */
struct fact {
    enum { FACT_PAID, FACT_DECLINED, FACT_CLOSED } kind;
    const char *ref;          /* the provider's own key of this event, at most 64 bytes */
    const char *checkout_key; /* which checkout it is about */
    int64_t amount_minor, tax_minor;
    const char *currency;
};

/* What a driver can do beyond taking a payment; the operations of each bit come with it. */
enum pay_caps { PAY_CAP_PRODUCTION = 1 };

struct pay_driver {
    const char *name; /* also the second part of its addresses: /pay/NAME/… */
    unsigned caps;    /* enum pay_caps */

    /* May it be used with this config? Else RC_FAIL and a sentence for the operator. */
    enum rc (*open)(struct problem *why);

    /* The currency that it books, ISO 4217. */
    const char *(*currency)(void);

    /* Where the browser goes to pay. */
    enum rc (*checkout)(struct arena *a, const struct checkout *c, const char **url);
};

/* The driver of that name, or the configured one. NULL: there is none. */
const struct pay_driver *pay_driver(const char *name);
const struct pay_driver *pay_configured(void);

/* Stops the program with a line on stderr (exit 78) when the configured provider may not be used;
 * for the main() of programs that take payments. */
void pay_require(void);

/* Open a checkout of one month for the member; *url is where to go. An older open one is closed. */
MUST_USE enum rc pay_checkout(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                              const char **url);

/* A member's own checkout. RC_NOT_FOUND: none of that key, or somebody else's. */
MUST_USE enum rc pay_checkout_get(struct db *db, struct arena *a, const char *public_key,
                                  int64_t user_id, struct checkout *out);

/* Do what follows from the fact. RC_NOT_FOUND: no such checkout of that provider; RC_CONFLICT: the
 * checkout ended differently before, or amount or currency are not what was asked. */
MUST_USE enum rc pay_apply(struct db *db, struct arena *a, const char *provider,
                           const struct fact *fact, int64_t now_ms);

/* The built-in provider for trying things out: its pages are ours, its money is XTS. */
extern const struct pay_driver pay_test;

/* What its pay page reports when a button was pressed. */
struct fact pay_test_fact(struct arena *a, const struct checkout *c, int kind);
#endif
