/*
 * pay: turns what payment providers report into paid months.
 *
 * A driver knows one provider; the rest of the program knows only struct pay_driver and facts that
 * are the same for all providers. A driver never touches subscriptions or the ledger: it reports
 * facts, and pay_apply() acts on them. Each checkout stores its driver, so several can be in use.
 *
 * A fact is applied in one transaction with the state of its checkout and keyed by (provider, ref):
 * reported again, however late, it changes nothing.
 * Currency     A site has one: that of its first posting (ledger_currency), so never real money and
 *              the test provider's XTS together. Settings that say another are refused.
 * Tables       checkout (payment.h has the payments).
 */
#ifndef INCOME_PAY_H
#define INCOME_PAY_H
#include "app/income/payment.h"
#include "app/income/reversal.h"
#include "io/db.h"

enum { CHECKOUT_KEY_BYTES = 16, CHECKOUT_BACK_BYTES = 1024 };

enum checkout_state { CHECKOUT_OPEN, CHECKOUT_PAID, CHECKOUT_DECLINED, CHECKOUT_CLOSED };
WORDS_OF(checkout_state);

/* A payment that a member has begun. */
struct checkout {
    int64_t id, user_id, amount_minor, months, created_ms, ended_ms;
    const char *reference;  /* what a bank transfer has to quote, or "" */
    const char *public_key; /* 22 characters; in addresses */
    const char *provider, *currency;
    const char *back;       /* a path of ours: where the member came from, or "" */
    const char *request_id; /* of the request that opened it, for the log */
    enum checkout_state state;
};

/* An event that a provider reports; drivers tell the rest of the program nothing else. */
struct fact {
    enum fact_kind {
        FACT_PAID,     /* of a checkout */
        FACT_DECLINED, /* of a checkout */
        FACT_CLOSED,   /* of a checkout: the member gave up */
        FACT_REVERSAL, /* a refund or a dispute of a payment: `reversal` below */
    } kind;
    const char *ref;          /* the provider's own key for this event, at most 64 bytes */
    const char *checkout_key; /* public_key of the checkout */
    int64_t at_ms;            /* when it happened, for the books; 0: now */
    int64_t amount_minor, tax_minor, fee_minor;
    const char *currency;
    struct reversal reversal; /* its provider and provider_ref are set from the fact */
};
struct fact_list {
    struct fact *items;
    size_t n;
};

/* What we ask a provider to give back to a member. Repetitions of one attempt have the same key. */
struct refund_order {
    const char *payment_ref, *currency, *key, *reason;
    int64_t amount_minor;
};

/* What was sent to /pay/NAME/note, not verified yet. */
struct note {
    const char *signature, *body;
    size_t body_bytes;
};

/* What a driver can do; the operations that belong to a missing bit are NULL. */
enum pay_caps {
    PAY_CAP_PRODUCTION = 1,
    PAY_CAP_REFUND = 2,
    PAY_CAP_RECURRING = 4, /* the provider renews by itself */
    PAY_CAP_PORTAL = 8,    /* it has pages where members manage their subscription */
    PAY_CAP_NOTES = 16,    /* it notifies us (webhooks) */
    PAY_CAP_POLL = 32,     /* it can be asked for new events */
    PAY_CAP_PAYEE = 64,    /* it manages the creators' identity and accounts */
};

/*
 * Operations that call the provider return
 *   RC_OK      done: *out says what
 *   RC_DENIED  a definite no: another try needs another key
 *   RC_BUSY    nothing happened: try again later with the same key
 *   RC_FAIL    it may have happened: look it up before trying again
 */
struct pay_driver {
    const char *name;          /* also the second part of its addresses: /pay/NAME/… */
    unsigned caps;             /* enum pay_caps */
    enum account_kind account; /* where its money is in the ledger: ACCOUNT_PSP or ACCOUNT_BANK */
    int64_t checkout_hours;    /* how long a checkout stays payable */
    bool by_reference;         /* payers quote checkout.reference; their money is accepted even if
                                  another checkout was opened since */

    /* May it be used with this config? If not: RC_FAIL, and *why is for the operator. */
    enum rc (*open)(struct problem *why);

    /* The currency that it books, ISO 4217. */
    const char *(*currency)(void);

    /* The page where the browser goes to pay. */
    enum rc (*checkout)(struct arena *a, const struct checkout *c, const char **url);

    /* PAY_CAP_PORTAL: the provider's page for a customer. PAY_CAP_RECURRING: stop renewing, now or
     * at the end of the paid time. */
    enum rc (*portal)(struct arena *a, const char *customer, const char *back, const char **url);
    enum rc (*stop)(struct arena *a, const char *subscription, bool at_end, const char *key);

    /* PAY_CAP_REFUND. */
    enum rc (*refund)(struct arena *a, const struct refund_order *o, struct fact *out);

    /* PAY_CAP_NOTES: is the note really from the provider (pure: no database, no network)? Which
     * facts does it report (may call the provider)? */
    enum rc (*note_ok)(const struct note *n, int64_t now_ms);
    enum rc (*note_facts)(struct arena *a, const struct note *n, struct fact_list *out);

    /* PAY_CAP_POLL: the facts since *cursor, which it advances. */
    enum rc (*poll)(struct arena *a, const char **cursor, struct fact_list *out);

    /* PAY_CAP_PAYEE: the page where a creator signs up with the provider; the creator's state. */
    enum rc (*payee_start)(struct arena *a, int64_t user_id, const char *back, const char **url);
    enum rc (*payee_get)(struct arena *a, const char *ref, const char **state);
};

/* The driver of that name, or the configured one. NULL: there is none. */
const struct pay_driver *pay_driver(const char *name);
const struct pay_driver *pay_configured(void);

/* The one currency of this site, for prices, receipts and earnings: the one that the configured
 * provider books. */
const char *pay_currency(void);

/* How a payment of this provider was made, in words: "bank transfer". */
const char *pay_means(const char *provider);

/* Exits with 78 and a line on stderr if the configured provider may not be used, or the books are in
 * another currency; for the main() of programs that take payments. A database that is away does not
 * keep them from starting: pay_currency_ok() looks again. */
void pay_require(void);

/* The price of 1 or of 12 months; 0 for 12: not offered. */
int64_t pay_price_minor(int64_t months);

/* Open a checkout of 1 or 12 months for the member, who goes on at `back` (a path of ours, shorter than
 * CHECKOUT_BACK_BYTES, or "") once it is paid; *url is the page where to pay. An older open
 * one is closed, or used again if it has the same terms and is paid by reference. RC_INVALID: not
 * offered. */
MUST_USE enum rc pay_checkout(struct db *db, struct arena *a, int64_t user_id, int64_t months,
                              const char *back, int64_t now_ms, const char **url);

/* The currency of the books, for pages and reports that add them up: the configured one until there
 * is a posting. */
MUST_USE enum rc pay_books_currency(struct db *db, struct arena *a, const char **currency);

/* May this currency be booked? RC_FAIL, logged: the books are in another. Asks the database until it
 * was RC_OK once in this process. */
MUST_USE enum rc pay_currency_ok(struct db *db, struct arena *a, const char *currency);

/* May jobs and commands book now? RC_CONFLICT: the settings name another currency than the books, or
 * the clock is wrong (clock_guard); *why says what to do. For struct job. */
MUST_USE enum rc pay_guard(struct db *db, struct arena *a, int64_t now_ms, struct problem *why);

/* A member's own checkout. RC_NOT_FOUND: no such key, or another member's. */
MUST_USE enum rc pay_checkout_get(struct db *db, struct arena *a, const char *public_key,
                                  int64_t user_id, struct checkout *out);

/* Is the checkout in the currency of the site? RC_CONFLICT: the settings have changed since it was
 * opened, so it is not payable; *why says so. */
MUST_USE enum rc pay_is_of_today(struct arena *a, const struct checkout *c, struct problem *why);

/* The time from which a checkout is no longer payable. */
int64_t pay_open_until_ms(const struct checkout *c);

/* The checkout with this reference. RC_NOT_FOUND: none. */
MUST_USE enum rc pay_checkout_by_reference(struct db *db, struct arena *a, const char *reference,
                                           struct checkout *out);

/* The member's latest checkout that waits for a bank transfer. RC_NOT_FOUND: none. */
MUST_USE enum rc pay_checkout_waiting(struct db *db, struct arena *a, int64_t user_id,
                                      int64_t now_ms, struct checkout *out);

/* Act on a fact, in a transaction. RC_NOT_FOUND: the provider has no such checkout. RC_CONFLICT:
 * the checkout has ended differently, is no longer payable, or asks for another amount or currency.
 * For FACT_REVERSAL see reversal_apply. */
MUST_USE enum rc pay_apply(struct db *db, struct arena *a, const char *provider,
                           const struct fact *fact, int64_t now_ms);

/* Like pay_apply, inside the caller's transaction; *why says what the conflict is. */
MUST_USE enum rc pay_apply_within(struct db *db, struct arena *a, const char *provider,
                                  const struct fact *fact, int64_t now_ms, struct problem *why);

/* Book money for a checkout whatever its state and time, as often as the fact's ref is new: the caller
 * (bank.h) has looked at both. Inside the caller's transaction. RC_CONFLICT: *why, or the log if it is
 * NULL, says what. */
MUST_USE enum rc pay_book_within(struct db *db, struct arena *a, const struct fact *fact,
                                 int64_t now_ms, struct problem *why);

/* The fact that this refund was made. */
struct fact pay_refund_fact(const struct refund_order *o);

/* Money to give back, and what becomes of the time that it paid for (reversal_months.h). */
struct refund_request {
    int64_t amount_minor;
    enum refund_access access;
    int64_t until_ms; /* of REFUND_UNTIL: access ends at this moment, e.g. the beginning of a day */
    const char *key;  /* names the intent: repeated with the same key it does nothing more */
    const char *reason;
    bool by_member; /* the member asked for it, as conf refunds_per_year allows */
};

/* Refund a payment through its provider; if the provider cannot, note that it was done.
 *   RC_DENIED    payments by voucher or from earnings are not refunded; or the provider refuses
 *   RC_INVALID   more than is left of the payment, or access cannot end so; *why says which
 *   RC_CONFLICT  the key was used for another refund */
MUST_USE enum rc pay_refund(struct db *db, struct arena *a, const struct payment *p,
                            const struct refund_request *request, int64_t now_ms,
                            struct problem *why);

/* The member's latest payment that is refunded on request (reversal_offer, reversal_asked) by a
 * provider that can, how much of it, and how many refunds they asked for before; RC_NOT_FOUND: none.
 * pay_refund_latest refunds it; RC_CONFLICT: there is none (any more); *why says the terms. */
MUST_USE enum rc pay_refundable(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                struct payment *out, int64_t *minor, int64_t *nth);
MUST_USE enum rc pay_refund_latest(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                   struct problem *why);

/* The built-in test provider: the site serves its pages, and its currency is XTS. */
extern const struct pay_driver pay_sandbox;

/* The fact that its payment page reports when a button is pressed. */
struct fact pay_sandbox_fact(struct arena *a, const struct checkout *c, enum fact_kind kind);

/* Bank transfers that an operator confirms (bank.h). pay_manual_fact: a transfer arrived; `ref` is
 * the bank's key for it. */
extern const struct pay_driver pay_manual;
struct fact pay_manual_fact(const struct checkout *c, const char *ref, int64_t amount_minor,
                            int64_t at_ms);
#endif
