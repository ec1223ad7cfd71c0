#include "app/income/subscription.h"
#include "base/clock.h"
#include "base/conf.h"

WORDS(subscription_state, "", [SUBSCRIPTION_NONE] = "none", [SUBSCRIPTION_ACTIVE] = "active",
      [SUBSCRIPTION_CANCELLED] = "cancelled", [SUBSCRIPTION_GRACE] = "grace",
      [SUBSCRIPTION_ENDED] = "ended");

SHAPE(subscription_shape, struct subscription, COLUMN(struct subscription, user_id),
      COLUMN(struct subscription, paid_until_ms), COLUMN(struct subscription, grace_until_ms),
      COLUMN(struct subscription, cancelled_ms), COLUMN(struct subscription, disputed),
      COLUMN(struct subscription, from_earnings), COLUMN(struct subscription, renew_failed_ms),
      COLUMN(struct subscription, provider));
#define SUBSCRIPTION_COLUMNS                                                                       \
    "user_id, paid_until_ms, grace_until_ms, cancelled_ms, disputed, from_earnings,"               \
    " renew_failed_ms, provider"

/* subscription_play_until_ms() for lists; the argument is the moment. */
#define HAS_ACCESS "GREATEST(paid_until_ms, grace_until_ms) > ?"

STMT(q_get, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ?");
STMT(q_lock, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE user_id = ? FOR UPDATE");
STMT(q_count, &number_shape, "SELECT COUNT(*) AS n FROM subscription WHERE " HAS_ACCESS);
STMT(q_begin, NULL,
     "INSERT INTO subscription (user_id, paid_until_ms, grace_until_ms, provider)"
     " VALUES (?, 0, 0, ?)");
STMT(q_pay, NULL,
     "UPDATE subscription SET paid_until_ms = ?, grace_until_ms = ?, provider = ?,"
     " cancelled_ms = 0, renew_failed_ms = 0 WHERE user_id = ?");
STMT(q_change, NULL,
     "UPDATE subscription SET paid_until_ms = ?, grace_until_ms = ? WHERE user_id = ?");
STMT(q_cancel, NULL,
     "UPDATE subscription SET cancelled_ms = ?,"
     " grace_until_ms = IF(grace_until_ms > paid_until_ms, paid_until_ms, 0)"
     " WHERE user_id = ? AND cancelled_ms = 0 AND paid_until_ms > ?");
STMT(q_resume, NULL,
     "UPDATE subscription SET cancelled_ms = 0,"
     " grace_until_ms = IF(grace_until_ms = 0, 0, paid_until_ms + ?)"
     " WHERE user_id = ? AND cancelled_ms > 0 AND paid_until_ms > ?");
STMT(q_from_earnings, NULL,
     "UPDATE subscription SET from_earnings = ?, renew_failed_ms = 0 WHERE user_id = ?");
STMT(q_renew_failed, NULL, "UPDATE subscription SET renew_failed_ms = ? WHERE user_id = ?");
STMT(q_to_renew, &subscription_shape,
     "SELECT " SUBSCRIPTION_COLUMNS " FROM subscription WHERE from_earnings = 1"
     " AND paid_until_ms <= ? AND " HAS_ACCESS " AND user_id > ? AND cancelled_ms = 0"
     " AND user_id IN (SELECT id FROM user WHERE hidden = 0 AND suspended_until_ms <= ?)"
     " ORDER BY user_id LIMIT 500");
STMT(q_dispute, NULL, "UPDATE subscription SET disputed = disputed + ? WHERE user_id = ?");

enum rc subscription_get(struct db *db, struct arena *a, int64_t user_id, struct subscription *out)
{
    return db_one(db, a, &q_get, ARGS(I64(user_id)), out);
}

enum rc subscription_lock(struct db *db, struct arena *a, int64_t user_id, struct subscription *out)
{
    return db_one(db, a, &q_lock, ARGS(I64(user_id)), out);
}

int64_t subscription_play_until_ms(int64_t paid_until_ms, int64_t grace_until_ms)
{
    return MAX_OF(paid_until_ms, grace_until_ms);
}

struct subscription_standing subscription_standing(const struct subscription *s, int64_t now_ms)
{
    bool active = now_ms < s->paid_until_ms && !s->cancelled_ms;
    int64_t access_ms = subscription_play_until_ms(s->paid_until_ms, s->grace_until_ms);

    if (now_ms < s->paid_until_ms)
        return (struct subscription_standing){ active ? SUBSCRIPTION_ACTIVE
                                                      : SUBSCRIPTION_CANCELLED,
                                               active && s->from_earnings, s->paid_until_ms };
    return (struct subscription_standing){ now_ms < access_ms ? SUBSCRIPTION_GRACE
                                                              : SUBSCRIPTION_ENDED,
                                           false, access_ms };
}

bool subscription_is_active(const struct subscription *s, int64_t now_ms)
{
    return now_ms < subscription_play_until_ms(s->paid_until_ms, s->grace_until_ms);
}

static int64_t grace_ms(void) { return conf()->grace_days * DAY_MS; }

/* A member's row, locked; a first payment adds it. */
static enum rc lock_or_begin(struct db *db, struct arena *a, const char *provider,
                             struct subscription_change *x)
{
    int64_t user_id = x->time.user_id;

    /* Not locked at once: a locking read of a missing row would lock the gap around it. */
    enum rc rc = db_one(db, a, &q_get, ARGS(I64(user_id)), &x->row);
    if (rc == RC_OK)
        return db_one(db, a, &q_lock, ARGS(I64(user_id)), &x->row);
    if (rc != RC_NOT_FOUND || provider == NULL)
        return rc;
    x->row = (struct subscription){ .user_id = user_id, .provider = provider };
    rc = db_run(db, &q_begin, ARGS(I64(user_id), STR(provider)), NULL);
    return rc == RC_CONFLICT ? RC_BUSY : rc;
}

enum rc subscription_plan(struct db *db, struct arena *a, const char *provider,
                          struct subscription_change *x)
{
    int64_t ahead = 0;

    TRY(lock_or_begin(db, a, provider, x));
    x->time.access = subscription_is_active(&x->row, x->time.now_ms);
    TRY(paid_span_plan(db, a, &x->time));
    for (size_t i = 0; i < x->time.after.n; i++)
        ahead += x->time.after.items[i].ends_ms > x->time.now_ms;
    return ahead > SUBSCRIPTION_MONTHS_MAX ? RC_INVALID : RC_OK;
}

static int64_t last_unit(const struct span_list *spans)
{
    return spans->n ? spans->items[spans->n - 1].unit_id : 0;
}

static bool gives(const struct claim *k)
{
    return k->is == UNIT_PAID && (k->was != UNIT_PAID || k->longer);
}

static bool takes(const struct claim *k)
{
    return k->was == UNIT_PAID && (k->is != UNIT_PAID || k->until_ms < INT64_MAX);
}

/* Does a claim that gives, or takes, concern the end of the paid time? */
static bool is_at_end(const struct paid_change *c, bool (*does)(const struct claim *k))
{
    bool moved = paid_span_end(&c->before) != paid_span_end(&c->after);

    for (const struct claim *k = c->claims; k < c->claims + c->n; k++)
        if (does(k) && (moved || k->unit_id == last_unit(&c->before)))
            return true;
    return false;
}

enum rc subscription_write(struct db *db, struct arena *a, const char *provider,
                           const struct subscription_change *x)
{
    int64_t ends_ms = paid_span_end(&x->time.after), grace = ends_ms + grace_ms();
    int64_t user_id = x->time.user_id;

    TRY(paid_span_write(db, a, &x->time));
    if (provider)
        return db_run(db, &q_pay, ARGS(I64(ends_ms), I64(grace), STR(provider), I64(user_id)),
                      NULL);
    if (is_at_end(&x->time, gives))
        grace = x->row.cancelled_ms ? ends_ms : grace;
    else if (is_at_end(&x->time, takes))
        grace = 0;
    else
        grace = x->row.grace_until_ms
                    ? ends_ms + MAX_OF(x->row.grace_until_ms - x->row.paid_until_ms, 0)
                    : 0;
    return db_run(db, &q_change, ARGS(I64(ends_ms), I64(grace), I64(user_id)), NULL);
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
    return DB_LIST(db, a, &q_to_renew,
                   ARGS(I64(until_ms), I64(now_ms), I64(after_user_id), I64(now_ms)),
                   SUBSCRIPTION_PAGE, out);
}

enum rc subscription_dispute(struct db *db, int64_t user_id, int by)
{
    return db_run(db, &q_dispute, ARGS(I64(by), I64(user_id)), NULL);
}

enum rc subscription_count(struct db *db, struct arena *a, int64_t now_ms, int64_t *n)
{
    *n = 0;
    return db_number(db, a, &q_count, ARGS(I64(now_ms)), n);
}
