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
 * Test money The test provider books in XTS. A ledger that holds real money never gets any, nor the
 *            other way round.
 * Tables     checkout (payments are payment.h's).
 */
#ifndef INCOME_PAY_H
#define INCOME_PAY_H
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "io/db.h"

enum { CHECKOUT_KEY_BYTES = 16 };

enum checkout_state { CHECKOUT_OPEN, CHECKOUT_PAID, CHECKOUT_DECLINED, CHECKOUT_CLOSED };
WORDS_OF(checkout_state);

/* A member on the way to pay. */
struct checkout {
    int64_t id, user_id, amount_minor, months, created_ms, ended_ms;
    const char *reference;  /* what a bank transfer has to say, or "" */
    const char *public_key; /* 22 characters; in addresses */
    const char *provider, *currency;
    enum checkout_state state;
};

/* What a provider says happened: the only input of the programs behind this table. */
struct fact {
    enum fact_kind {
        FACT_PAID,     /* of a checkout */
        FACT_DECLINED, /* likewise */
        FACT_CLOSED,   /* likewise: given up */
        FACT_REVERSAL, /* a refund or a dispute of a payment: reversal_* below */
    } kind;
    const char *ref;          /* the provider's own key of this event, at most 64 bytes */
    const char *checkout_key; /* which checkout it is about */
    int64_t at_ms;            /* when it happened, as far as the books go; 0: now */
    int64_t amount_minor, tax_minor, fee_minor;
    const char *currency;
    struct reversal reversal; /* its provider and provider_ref follow from the fact's */
};
struct fact_list {
    struct fact *items;
    size_t n;
};

/* What we ask a provider to give back to a member. The key is the same with every repetition of one
 * attempt. */
struct refund_order {
    const char *payment_ref, *currency, *key, *reason;
    int64_t amount_minor;
};

/* What a provider sent to /pay/NAME/note: bytes nobody has believed yet. */
struct note {
    const char *signature, *body;
    size_t body_bytes;
};

/* What a driver can do; the operations of each bit come with it, those of others are NULL. */
enum pay_caps {
    PAY_CAP_PRODUCTION = 1,
    PAY_CAP_REFUND = 2,
    PAY_CAP_RECURRING = 4, /* the provider renews by itself */
    PAY_CAP_PORTAL = 8,    /* it has pages where members manage their subscription */
    PAY_CAP_NOTES = 16,    /* it tells us by itself (webhooks) */
    PAY_CAP_POLL = 32,     /* it can be asked what was new */
    PAY_CAP_PAYEE = 64,    /* it looks after the creators' identity and accounts */
};

/*
 * Operations that reach out answer with
 *   RC_OK      done: *out says what
 *   RC_DENIED  a definite no: another try needs another key
 *   RC_BUSY    nothing happened: the same key again, later
 *   RC_FAIL    unknown whether it happened: look before trying again
 */
struct pay_driver {
    const char *name;          /* also the second part of its addresses: /pay/NAME/… */
    unsigned caps;             /* enum pay_caps */
    enum account_kind account; /* where its money is in the ledger: ACCOUNT_PSP or ACCOUNT_BANK */
    int64_t checkout_hours;    /* so long may a checkout be paid */
    bool by_reference;         /* payers quote checkout.reference: what comes in is taken although
                                  another checkout was opened since */

    /* May it be used with this config? Else RC_FAIL and a sentence for the operator. */
    enum rc (*open)(struct problem *why);

    /* The currency that it books, ISO 4217. */
    const char *(*currency)(void);

    /* Where the browser goes to pay. */
    enum rc (*checkout)(struct arena *a, const struct checkout *c, const char **url);

    /* PAY_CAP_PORTAL, PAY_CAP_RECURRING: the provider's page of a customer; the end of a renewal. */
    enum rc (*portal)(struct arena *a, const char *customer, const char *back, const char **url);
    enum rc (*stop)(struct arena *a, const char *subscription, bool at_end, const char *key);

    /* PAY_CAP_REFUND. */
    enum rc (*refund)(struct arena *a, const struct refund_order *o, struct fact *out);

    /* PAY_CAP_NOTES: is it really from the provider (pure: no database, no network)? What does it
     * say (may reach out)? */
    enum rc (*note_ok)(const struct note *n, int64_t now_ms);
    enum rc (*note_facts)(struct arena *a, const struct note *n, struct fact_list *out);

    /* PAY_CAP_POLL: what happened since `cursor`, which it moves on. */
    enum rc (*poll)(struct arena *a, const char **cursor, struct fact_list *out);

    /* PAY_CAP_PAYEE: where a creator signs up with the provider; what it says of them. */
    enum rc (*payee_start)(struct arena *a, int64_t user_id, const char *back, const char **url);
    enum rc (*payee_get)(struct arena *a, const char *ref, const char **state);
};

/* The driver of that name, or the configured one. NULL: there is none. */
const struct pay_driver *pay_driver(const char *name);
const struct pay_driver *pay_configured(void);

/* The one currency of this site: what the configured provider books, so that prices, receipts and
 * earnings name the same. */
const char *pay_currency(void);

/* How a payment of that provider was made, as people say it: "bank transfer". */
const char *pay_means(const char *provider);

/* Stops the program with a line on stderr (exit 78) when the configured provider may not be used;
 * for the main() of programs that take payments. */
void pay_require(void);

/* The price of 1 or of 12 months; 0 for 12: not offered. */
int64_t pay_price_minor(int64_t months);

/* Open a checkout of 1 or 12 months for the member; *url is where to go. An older open one is closed;
 * one of the same terms that is paid by reference is kept instead. RC_INVALID: not offered. */
MUST_USE enum rc pay_checkout(struct db *db, struct arena *a, int64_t user_id, int64_t months,
                              int64_t now_ms, const char **url);

/* RC_FAIL, logged: the ledger holds test money and the provider takes real money, or the reverse.
 * Looks once per process. */
MUST_USE enum rc pay_currency_ok(struct db *db, struct arena *a, const char *currency);

/* A member's own checkout. RC_NOT_FOUND: none of that key, or somebody else's. */
MUST_USE enum rc pay_checkout_get(struct db *db, struct arena *a, const char *public_key,
                                  int64_t user_id, struct checkout *out);

/* The moment from which it cannot be paid any more. */
int64_t pay_open_until_ms(const struct checkout *c);

/* The checkout that a bank transfer names. */
MUST_USE enum rc pay_checkout_by_reference(struct db *db, struct arena *a, const char *reference,
                                           struct checkout *out);

/* The member's latest checkout that waits for a bank transfer. RC_NOT_FOUND: none. */
MUST_USE enum rc pay_checkout_waiting(struct db *db, struct arena *a, int64_t user_id,
                                      int64_t now_ms, struct checkout *out);

/* Do what follows from the fact. RC_NOT_FOUND: no such checkout of that provider; RC_CONFLICT: the
 * checkout ended differently before, or amount or currency are not what was asked. */
MUST_USE enum rc pay_apply(struct db *db, struct arena *a, const char *provider,
                           const struct fact *fact, int64_t now_ms);

/* The same within the caller's transaction; *why says what the conflict is. */
MUST_USE enum rc pay_apply_within(struct db *db, struct arena *a, const char *provider,
                                  const struct fact *fact, int64_t now_ms, struct problem *why);

/* The fact that this refund was made. */
struct fact pay_refund_fact(const struct refund_order *o);

/* Give so much of a payment back through its provider, or note that it was done where the provider
 * cannot. The key names the intent: said again it does nothing more.
 *   RC_DENIED    what was paid by voucher or from earnings stays paid; the provider says no
 *   RC_INVALID   more than is left
 *   RC_CONFLICT  the key was used for another amount */
MUST_USE enum rc pay_refund(struct db *db, struct arena *a, const struct payment *p,
                            int64_t amount_minor, const char *key, const char *reason,
                            int64_t now_ms, struct problem *why);

/* The member's latest payment that they may have back on request (reversal_offer), of those whose
 * provider gives it back by itself, and how much of it; RC_NOT_FOUND: none. And do it: RC_CONFLICT:
 * none (any more). */
MUST_USE enum rc pay_refundable(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                struct payment *out, int64_t *minor);
MUST_USE enum rc pay_refund_latest(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                   struct problem *why);

/* The built-in provider for trying things out: its pages are ours, its money is XTS. */
extern const struct pay_driver pay_sandbox;

/* What its pay page reports when a button was pressed. */
struct fact pay_sandbox_fact(struct arena *a, const struct checkout *c, enum fact_kind kind);

/* Bank transfers that an operator confirms (bank.h). The fact of one that came in: `ref` is the
 * bank's key of it. */
extern const struct pay_driver pay_manual;
struct fact pay_manual_fact(const struct checkout *c, const char *ref, int64_t amount_minor,
                            int64_t at_ms);
#endif
