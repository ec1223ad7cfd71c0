#include "app/subscription.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"

SHAPE(subscription_shape, struct subscription, COLUMN(struct subscription, user_id),
      COLUMN(struct subscription, anchor_ms), COLUMN(struct subscription, months),
      COLUMN(struct subscription, paid_until_ms), COLUMN(struct subscription, grace_until_ms),
      COLUMN(struct subscription, cancelled_ms), COLUMN(struct subscription, provider));
#define SUBSCRIPTION_COLUMNS                                                                       \
    "user_id, anchor_ms, months, paid_until_ms, grace_until_ms, cancelled_ms, provider"

STMT(q_get, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ?");
STMT(q_lock, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ? FOR UPDATE");
struct count {
    int64_t n;
};
SHAPE(count_shape, struct count, COLUMN(struct count, n));
STMT(q_count, &count_shape,
     "SELECT COUNT(*) AS n FROM subscription WHERE GREATEST(paid_until_ms, grace_until_ms) > ?");
STMT(q_begin, NULL,
     "INSERT INTO subscription (user_id, anchor_ms, months, paid_until_ms, grace_until_ms,"
     " provider) VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_extend, NULL,
     "UPDATE subscription SET anchor_ms = ?, months = ?, paid_until_ms = ?, grace_until_ms = ?,"
     " provider = ?, cancelled_ms = 0 WHERE user_id = ?");
STMT(q_cancel, NULL,
     "UPDATE subscription SET cancelled_ms = ?, grace_until_ms = paid_until_ms"
     " WHERE user_id = ? AND cancelled_ms = 0 AND paid_until_ms > ?");
STMT(q_resume, NULL,
     "UPDATE subscription SET cancelled_ms = 0, grace_until_ms = paid_until_ms + ?"
     " WHERE user_id = ? AND cancelled_ms > 0 AND paid_until_ms > ?");

SHAPE(payment_shape, struct payment, COLUMN(struct payment, id), COLUMN(struct payment, user_id),
      COLUMN(struct payment, amount_minor), COLUMN(struct payment, tax_minor),
      COLUMN(struct payment, starts_ms), COLUMN(struct payment, ends_ms),
      COLUMN(struct payment, paid_ms), COLUMN(struct payment, provider),
      COLUMN(struct payment, provider_ref), COLUMN(struct payment, currency));
#define PAYMENT_COLUMNS                                                                            \
    "id, user_id, amount_minor, tax_minor, starts_ms, ends_ms, paid_ms, provider, provider_ref,"   \
    " currency"

STMT(q_payment, &payment_shape,
     "SELECT " PAYMENT_COLUMNS " FROM payment WHERE provider = ? AND provider_ref = ?");
STMT(q_payments, &payment_shape,
     "SELECT " PAYMENT_COLUMNS " FROM payment WHERE user_id = ? ORDER BY starts_ms DESC, id DESC");
STMT(q_book, NULL,
     "INSERT INTO payment (user_id, provider, provider_ref, amount_minor, tax_minor, currency,"
     " starts_ms, ends_ms, paid_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

enum rc subscription_get(struct db *db, struct arena *a, int64_t user_id, struct subscription *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

bool subscription_is_active(const struct subscription *s, int64_t now_ms)
{
    return now_ms < MAX_OF(s->paid_until_ms, s->grace_until_ms);
}

static int64_t grace_ms(void) { return conf()->grace_days * DAY_MS; }

/* One month more; `s` is the row as it was, NULL for none. */
static void add_month(const struct subscription *s, const struct payment *p,
                      struct subscription *next)
{
    bool runs_on = s && subscription_is_active(s, p->paid_ms);

    next->user_id = p->user_id;
    next->provider = p->provider;
    next->anchor_ms = runs_on ? s->anchor_ms : p->paid_ms;
    next->months = runs_on ? s->months + 1 : 1;
    next->paid_until_ms = clock_add_months(next->anchor_ms, (int)next->months);
    next->grace_until_ms = next->paid_until_ms + grace_ms();
}

static bool says_the_same(const struct payment *p, const struct payment *before)
{
    return p->user_id == before->user_id && p->amount_minor == before->amount_minor &&
           p->tax_minor == before->tax_minor && str_eq(p->currency, before->currency);
}

enum rc subscription_pay(struct db *db, struct arena *a, const struct payment *p)
{
    struct payment before;
    struct subscription row = { 0 }, next = { 0 };

    enum rc rc = db_one(db, a, &q_payment, ARGS(STR(p->provider), STR(p->provider_ref)), &before);
    if (rc == RC_OK)
        return says_the_same(p, &before) ? RC_OK : RC_CONFLICT;
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = db_one(db, a, &q_lock, ARGS(I64(p->user_id)), &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool first = rc == RC_NOT_FOUND;
    add_month(first ? NULL : &row, p, &next);
    if (next.months > SUBSCRIPTION_MONTHS_MAX)
        return RC_INVALID;
    rc = db_run(db, first ? &q_begin : &q_extend,
                first ? ARGS(I64(next.user_id), I64(next.anchor_ms), I64(next.months),
                             I64(next.paid_until_ms), I64(next.grace_until_ms), STR(next.provider))
                      : ARGS(I64(next.anchor_ms), I64(next.months), I64(next.paid_until_ms),
                             I64(next.grace_until_ms), STR(next.provider), I64(next.user_id)),
                NULL);
    if (rc == RC_CONFLICT)
        return RC_BUSY; /* two first payments at once: the next try sees the other's row */
    if (rc != RC_OK)
        return rc;
    int64_t starts_ms = next.months == 1 ? next.anchor_ms
                                         : clock_add_months(next.anchor_ms, (int)next.months - 1);
    rc = db_run(db, &q_book,
                ARGS(I64(p->user_id), STR(p->provider), STR(p->provider_ref), I64(p->amount_minor),
                     I64(p->tax_minor), STR(p->currency), I64(starts_ms), I64(next.paid_until_ms),
                     I64(p->paid_ms)),
                NULL);
    return rc == RC_CONFLICT ? RC_BUSY : rc; /* the same payment at once: likewise */
}

enum rc subscription_cancel(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_cancel, ARGS(I64(now_ms), I64(user_id), I64(now_ms)), NULL);
}

enum rc subscription_resume(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_resume, ARGS(I64(grace_ms()), I64(user_id), I64(now_ms)), NULL);
}

enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n)
{
    struct count count = { 0 };
    enum rc rc = db_one(db, a, &q_count, ARGS(I64(now_ms)), &count);

    *n = count.n;
    return rc;
}

enum rc payment_list(struct db *db, struct arena *a, int64_t user_id, struct payment_list *out)
{
    return DB_LIST(db, a, &q_payments, ARGS(I64(user_id)), PAYMENTS_SHOWN_MAX, out);
}
