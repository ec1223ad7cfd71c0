/*
 * subscription: who may watch until when. The one row per member is the entitlement; each payment
 * adds one calendar month to it.
 *
 * Periods    month k of a run begins at anchor + k calendar months (31 Jan, 28 Feb, 31 Mar): days are
 *            never lost. Paying while there is access, in grace too, extends from the end of the
 *            paid time, so that early payers lose nothing and late ones get no free week; paying
 *            after that begins a new run now.
 * Access     now < paid_until_ms, or now < grace_until_ms (conf grace_days after an unpaid end; none
 *            after a cancellation).
 * Errors     as in io/db.h. All writes need a connection of DB_MONEY.
 * Tables     subscription, payment.
 */
#ifndef APP_SUBSCRIPTION_H
#define APP_SUBSCRIPTION_H
#include "io/db.h"

enum { PAYMENTS_SHOWN_MAX = 120, SUBSCRIPTION_MONTHS_MAX = 1200 };

struct subscription {
    int64_t user_id, anchor_ms, months, paid_until_ms, grace_until_ms, cancelled_ms;
    const char *provider;
};

struct payment {
    int64_t id, user_id, amount_minor, tax_minor, starts_ms, ends_ms, paid_ms;
    const char *provider, *provider_ref, *currency;
};
struct payment_list {
    struct payment *items;
    size_t n;
};

/* RC_NOT_FOUND: never paid. */
MUST_USE enum rc subscription_get(struct db *db, struct arena *a, int64_t user_id,
                                  struct subscription *out);

/* Does this row give access at that moment? */
bool subscription_is_active(const struct subscription *s, int64_t now_ms);

/* A payment arrived: one more month. The same (provider, provider_ref) again changes nothing and is
 * RC_OK when it says the same, RC_CONFLICT when it does not. Inside the caller's transaction
 * (db_transact), which also repeats it when two payments of one member meet. `p` needs user_id,
 * amount_minor, tax_minor, provider, provider_ref, currency and paid_ms. */
MUST_USE enum rc subscription_pay(struct db *db, struct arena *a, const struct payment *p);

/* Cancelling keeps access to the end of the paid time; resuming undoes it before that end. */
MUST_USE enum rc subscription_cancel(struct db *db, int64_t user_id, int64_t now_ms);
MUST_USE enum rc subscription_resume(struct db *db, int64_t user_id, int64_t now_ms);

/* How many members have access at that moment. */
MUST_USE enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n);

/* Newest first. */
MUST_USE enum rc payment_list(struct db *db, struct arena *a, int64_t user_id,
                              struct payment_list *out);
#endif
