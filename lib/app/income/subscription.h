/*
 * subscription: until when each member may watch. The one row per member is the entitlement; each
 * payment (payment.h) adds calendar months to it.
 *
 * Periods    month k of a run begins at anchor + k calendar months (31 Jan, 28 Feb, 31 Mar): days
 *            are never lost. Paying while there is access, even in grace, extends from the end of
 *            the paid time, so that early payers lose nothing and late ones get no free week;
 *            paying later begins a new run now.
 * Access     now < paid_until_ms, or now < grace_until_ms (conf grace_days after an unpaid end;
 *            none after a cancellation); never while a dispute of a payment is open.
 * Errors     as in io/db.h. All writes need a connection of DB_MONEY.
 * Tables     subscription. Reads user.
 */
#ifndef INCOME_SUBSCRIPTION_H
#define INCOME_SUBSCRIPTION_H
#include "io/db.h"

enum { SUBSCRIPTION_MONTHS_MAX = 1200, SUBSCRIPTION_PAGE = 500 };

struct subscription {
    int64_t user_id, anchor_ms, months, paid_until_ms, grace_until_ms, cancelled_ms;
    int64_t suspended;       /* open disputes */
    bool from_earnings;      /* the member's earnings pay for the next month */
    int64_t renew_failed_ms; /* when they last did not suffice; 0: not since the latest payment */
    const char *provider;
};
struct subscription_list {
    struct subscription *items;
    size_t n;
};

/* A member's row. RC_NOT_FOUND: the member never paid. */
MUST_USE enum rc subscription_get(struct db *db, struct arena *a, int64_t user_id,
                                  struct subscription *out);

/* Like subscription_get, and locks the row until the caller's transaction ends. */
MUST_USE enum rc subscription_lock(struct db *db, struct arena *a, int64_t user_id,
                                   struct subscription *out);

/* The end of the access that these columns of a row give; 0: there is none. This is the whole rule of
 * access by payment; app/watching/entitlement.h says who may play what. */
int64_t subscription_play_until_ms(int64_t paid_until_ms, int64_t grace_until_ms,
                                   int64_t suspended);

/* Does this row give access at now_ms? */
bool subscription_is_active(const struct subscription *s, int64_t now_ms);

/* Add `months` that were paid for at paid_ms. *out is the row afterwards, so the first new month
 * begins at subscription_boundary(out, out->months - months). Inside the caller's transaction.
 * RC_BUSY: two first payments of one member met (the next try sees the other's row). RC_INVALID:
 * the run would exceed SUBSCRIPTION_MONTHS_MAX. */
MUST_USE enum rc subscription_extend(struct db *db, struct arena *a, int64_t user_id,
                                     const char *provider, int64_t months, int64_t paid_ms,
                                     struct subscription *out);

/* When month k of the run begins, 0 to s->months; k = s->months is the end of the paid time. */
int64_t subscription_boundary(const struct subscription *s, int64_t k);

/* Cancelling keeps access until the end of the paid time; resuming undoes it before that end. */
MUST_USE enum rc subscription_cancel(struct db *db, int64_t user_id, int64_t now_ms);
MUST_USE enum rc subscription_resume(struct db *db, int64_t user_id, int64_t now_ms);

/* Choose whether earnings pay for the next month; note that they did not suffice. */
MUST_USE enum rc subscription_set_from_earnings(struct db *db, int64_t user_id, bool on);
MUST_USE enum rc subscription_renew_failed(struct db *db, int64_t user_id, int64_t now_ms);

/* Members whose earnings pay for their next month, whose paid time ends by until_ms and who have
 * access at now_ms; without cancelled, suspended and blocked ones. By user_id, the next
 * SUBSCRIPTION_PAGE after after_user_id. */
MUST_USE enum rc subscription_to_renew(struct db *db, struct arena *a, int64_t now_ms,
                                       int64_t until_ms, int64_t after_user_id,
                                       struct subscription_list *out);

/* Remove months from the end of the run (negative: a payment was given back) or add them there
 * (positive: that was undone). Time that was given back ends without grace. */
MUST_USE enum rc subscription_shift(struct db *db, struct arena *a, int64_t user_id,
                                    int64_t months);

/* A dispute has begun (+1) or ended (-1). */
MUST_USE enum rc subscription_suspend(struct db *db, int64_t user_id, int by);

/* How many members have access at now_ms. */
MUST_USE enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n);
#endif
