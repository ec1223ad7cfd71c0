/*
 * subscription: until when each member may watch. The one row per member is the entitlement; it
 * follows from the member's paid time (money/paid_span.h), and whoever changes that changes it here.
 *
 * Access     now < paid_until_ms, the end of the paid time, or now < grace_until_ms (conf grace_days
 *            after an unpaid end; none after a cancellation, nor when time was given back or its
 *            payment is disputed).
 * Errors     as in io/db.h. All writes need a connection of DB_MONEY.
 * Tables     subscription. Reads user.
 */
#ifndef INCOME_SUBSCRIPTION_H
#define INCOME_SUBSCRIPTION_H
#include "app/money/paid_span.h"

enum { SUBSCRIPTION_MONTHS_MAX = 1200, SUBSCRIPTION_PAGE = 500 };

struct subscription {
    int64_t user_id, cancelled_ms;
    int64_t grace_until_ms;  /* 0: no grace is due, also after resuming */
    int64_t paid_until_ms;   /* 0: all that was paid was given back */
    int64_t disputed;        /* open disputes */
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
int64_t subscription_play_until_ms(int64_t paid_until_ms, int64_t grace_until_ms);

/* Does this row give access at now_ms? */
bool subscription_is_active(const struct subscription *s, int64_t now_ms);

/* How a subscription stands at a moment, and the one date that its member has to know: the end of
 * what is paid or, once that has passed, of the access. */
enum subscription_state {
    SUBSCRIPTION_NONE, /* never paid */
    SUBSCRIPTION_ACTIVE,
    SUBSCRIPTION_CANCELLED, /* access until the end of what is paid, and no grace */
    SUBSCRIPTION_GRACE,
    SUBSCRIPTION_ENDED
};
WORDS_OF(subscription_state);
struct subscription_standing {
    enum subscription_state state;
    bool renews;      /* the next month is paid by itself; nothing else renews */
    int64_t until_ms; /* 0: there is no such date */
};
struct subscription_standing subscription_standing(const struct subscription *s, int64_t now_ms);

/* A change of a member's paid time; the caller sets user_id, now_ms and the claims. Inside the
 * caller's transaction, plan reads, and locks the member's row and spans; write stores what was
 * planned. `provider`: of the payment that adds time, and begins a row if the member never paid
 * before; NULL: nothing is paid.
 *   RC_BUSY     two first payments of one member met (the next try sees the other's row)
 *   RC_INVALID  more than SUBSCRIPTION_MONTHS_MAX months would be paid ahead */
struct subscription_change {
    struct paid_change time;
    struct subscription row; /* as it was */
};
MUST_USE enum rc subscription_plan(struct db *db, struct arena *a, const char *provider,
                                   struct subscription_change *x);
MUST_USE enum rc subscription_write(struct db *db, struct arena *a, const char *provider,
                                    const struct subscription_change *x);

/* Cancelling keeps access until the end of the paid time; resuming undoes it before that end. */
MUST_USE enum rc subscription_cancel(struct db *db, int64_t user_id, int64_t now_ms);
MUST_USE enum rc subscription_resume(struct db *db, int64_t user_id, int64_t now_ms);

/* Choose whether earnings pay for the next month; note that they did not suffice. */
MUST_USE enum rc subscription_set_from_earnings(struct db *db, int64_t user_id, bool on);
MUST_USE enum rc subscription_renew_failed(struct db *db, int64_t user_id, int64_t now_ms);

/* Members whose earnings pay for their next month, whose paid time ends by until_ms and who have
 * access at now_ms; without cancelled ones, and members who are banned, suspended or about to leave. By user_id, the next
 * SUBSCRIPTION_PAGE after after_user_id. */
MUST_USE enum rc subscription_to_renew(struct db *db, struct arena *a, int64_t now_ms,
                                       int64_t until_ms, int64_t after_user_id,
                                       struct subscription_list *out);

/* A dispute has begun (+1) or ended (-1), for the member's page. */
MUST_USE enum rc subscription_dispute(struct db *db, int64_t user_id, int by);

/* How many members have access at now_ms. */
MUST_USE enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n);
#endif
