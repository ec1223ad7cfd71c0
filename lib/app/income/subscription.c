#include "app/income/subscription.h"
#include "base/clock.h"
#include "base/conf.h"

SHAPE(subscription_shape, struct subscription, COLUMN(struct subscription, user_id),
      COLUMN(struct subscription, anchor_ms), COLUMN(struct subscription, months),
      COLUMN(struct subscription, paid_until_ms), COLUMN(struct subscription, grace_until_ms),
      COLUMN(struct subscription, cancelled_ms), COLUMN(struct subscription, suspended),
      COLUMN(struct subscription, from_earnings), COLUMN(struct subscription, renew_failed_ms),
      COLUMN(struct subscription, provider));
#define SUBSCRIPTION_COLUMNS                                                                       \
    "user_id, anchor_ms, months, paid_until_ms, grace_until_ms, cancelled_ms, suspended,"          \
    " from_earnings, renew_failed_ms, provider"

/* subscription_play_until_ms() for lists; the argument is the moment. */
#define HAS_ACCESS "GREATEST(paid_until_ms, grace_until_ms) > ? AND suspended = 0"

STMT(q_get, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ?");
STMT(q_lock, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ? FOR UPDATE");
STMT(q_count, &number_shape, "SELECT COUNT(*) AS n FROM subscription WHERE " HAS_ACCESS);
STMT(q_begin, NULL,
     "INSERT INTO subscription (user_id, anchor_ms, months, paid_until_ms, grace_until_ms,"
     " provider) VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_extend, NULL,
     "UPDATE subscription SET anchor_ms = ?, months = ?, paid_until_ms = ?, grace_until_ms = ?,"
     " provider = ?, cancelled_ms = 0, renew_failed_ms = 0 WHERE user_id = ?");
STMT(q_cancel, NULL,
     "UPDATE subscription SET cancelled_ms = ?, grace_until_ms = paid_until_ms"
     " WHERE user_id = ? AND cancelled_ms = 0 AND paid_until_ms > ?");
STMT(q_resume, NULL,
     "UPDATE subscription SET cancelled_ms = 0, grace_until_ms = paid_until_ms + ?"
     " WHERE user_id = ? AND cancelled_ms > 0 AND paid_until_ms > ?");
STMT(q_from_earnings, NULL,
     "UPDATE subscription SET from_earnings = ?, renew_failed_ms = 0 WHERE user_id = ?");
STMT(q_renew_failed, NULL, "UPDATE subscription SET renew_failed_ms = ? WHERE user_id = ?");
STMT(q_to_renew, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE from_earnings = 1"
     " AND paid_until_ms <= ? AND " HAS_ACCESS " AND user_id > ? AND cancelled_ms = 0"
     " AND user_id IN (SELECT id FROM user WHERE blocked = 0) ORDER BY user_id LIMIT 500");
STMT(q_shift, NULL,
     "UPDATE subscription SET months = ?, paid_until_ms = ?, grace_until_ms = ? WHERE user_id = ?");
STMT(q_suspend, NULL, "UPDATE subscription SET suspended = suspended + ? WHERE user_id = ?");

enum rc subscription_get(struct db *db, struct arena *a, int64_t user_id, struct subscription *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

enum rc subscription_lock(struct db *db, struct arena *a, int64_t user_id, struct subscription *out)
{
    return db_one(db, a, &q_lock, ARGS(I64(user_id)), out);
}

int64_t subscription_play_until_ms(int64_t paid_until_ms, int64_t grace_until_ms, int64_t suspended)
{
    return suspended ? 0 : MAX_OF(paid_until_ms, grace_until_ms);
}

bool subscription_is_active(const struct subscription *s, int64_t now_ms)
{
    return now_ms < subscription_play_until_ms(s->paid_until_ms, s->grace_until_ms, s->suspended);
}

/* As if no payment were disputed: the run of months goes on meanwhile. */
static bool is_running(const struct subscription *s, int64_t now_ms)
{
    return now_ms < subscription_play_until_ms(s->paid_until_ms, s->grace_until_ms, 0);
}

static int64_t grace_ms(void) { return conf()->grace_days * DAY_MS; }

int64_t subscription_boundary(const struct subscription *s, int64_t k)
{
    return clock_add_months(s->anchor_ms, (int)k);
}

enum rc subscription_extend(struct db *db, struct arena *a, int64_t user_id, const char *provider,
                            int64_t months, int64_t paid_ms, struct subscription *out)
{
    struct subscription row;

    /* Not locked at once: a locking read of a missing row would lock the gap around it. */
    enum rc rc = db_one(db, a, &q_get, ARGS(I64(user_id)), &row);
    if (rc == RC_OK)
        rc = db_one(db, a, &q_lock, ARGS(I64(user_id)), &row);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool first = rc == RC_NOT_FOUND;
    bool runs_on = !first && is_running(&row, paid_ms);
    *out = (struct subscription){
        .user_id = user_id,
        .provider = provider,
        .anchor_ms = runs_on ? row.anchor_ms : paid_ms,
        .months = runs_on ? row.months + months : months,
    };
    if (out->months > SUBSCRIPTION_MONTHS_MAX)
        return RC_INVALID;
    out->paid_until_ms = subscription_boundary(out, out->months);
    out->grace_until_ms = out->paid_until_ms + grace_ms();
    if (!first)
        return db_run(db, &q_extend,
                      ARGS(I64(out->anchor_ms), I64(out->months), I64(out->paid_until_ms),
                           I64(out->grace_until_ms), STR(provider), I64(user_id)),
                      NULL);
    rc = db_run(db, &q_begin,
                ARGS(I64(user_id), I64(out->anchor_ms), I64(out->months), I64(out->paid_until_ms),
                     I64(out->grace_until_ms), STR(provider)),
                NULL);
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

enum rc subscription_cancel(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_cancel, ARGS(I64(now_ms), I64(user_id), I64(now_ms)), NULL);
}

enum rc subscription_resume(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_resume, ARGS(I64(grace_ms()), I64(user_id), I64(now_ms)), NULL);
}

enum rc subscription_set_from_earnings(struct db *db, int64_t user_id, bool on)
{
    return db_run(db, &q_from_earnings, ARGS(I64(on), I64(user_id)), NULL);
}

enum rc subscription_renew_failed(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_renew_failed, ARGS(I64(now_ms), I64(user_id)), NULL);
}

enum rc subscription_to_renew(struct db *db, struct arena *a, int64_t now_ms, int64_t until_ms,
                              int64_t after_user_id, struct subscription_list *out)
{
    return DB_LIST(db, a, &q_to_renew, ARGS(I64(until_ms), I64(now_ms), I64(after_user_id)),
                   SUBSCRIPTION_PAGE, out);
}

enum rc subscription_shift(struct db *db, struct arena *a, int64_t user_id, int64_t months)
{
    struct subscription s;

    TRY(db_one(db, a, &q_lock, ARGS(I64(user_id)), &s));
    s.months = MAX_OF(s.months + months, 0);
    s.paid_until_ms = subscription_boundary(&s, s.months);
    s.grace_until_ms = s.paid_until_ms + (months < 0 || s.cancelled_ms ? 0 : grace_ms());
    return db_run(db, &q_shift,
                  ARGS(I64(s.months), I64(s.paid_until_ms), I64(s.grace_until_ms), I64(user_id)),
                  NULL);
}

enum rc subscription_suspend(struct db *db, int64_t user_id, int by)
{
    return db_run(db, &q_suspend, ARGS(I64(by), I64(user_id)), NULL);
}

enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n)
{
    *n = 0;
    return db_number(db, a, &q_count, ARGS(I64(now_ms)), n);
}
