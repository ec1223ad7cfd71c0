#include "app/income/ending.h"
#include "app/income/pay.h"
#include "app/notify/notify.h"
#include "base/clock.h"
#include "base/fmt.h"

struct end {
    int64_t user_id, paid_until_ms;
};
struct end_list {
    struct end *items;
    size_t n;
};
SHAPE(end_shape, struct end, COLUMN(struct end, user_id), COLUMN(struct end, paid_until_ms));

#define IS_HERE "user_id IN (SELECT id FROM user WHERE blocked = 0 AND closed_ms = 0)"
STMT(
    q_ahead, &end_shape,
    "SELECT user_id, paid_until_ms FROM subscription WHERE paid_until_ms > ? AND paid_until_ms <= ?"
    " AND told_ahead_ms <> paid_until_ms AND cancelled_ms = 0 AND from_earnings = 0"
    " AND disputed = 0 AND " IS_HERE " ORDER BY paid_until_ms LIMIT ?");
STMT(
    q_ended, &end_shape,
    "SELECT user_id, paid_until_ms FROM subscription WHERE paid_until_ms > ? AND paid_until_ms <= ?"
    " AND grace_until_ms <= ? AND told_ended_ms <> paid_until_ms AND disputed = 0 AND " IS_HERE
    " ORDER BY paid_until_ms LIMIT ?");
STMT(q_told_ahead, NULL,
     "UPDATE subscription SET told_ahead_ms = paid_until_ms"
     " WHERE user_id = ? AND paid_until_ms = ? AND told_ahead_ms <> paid_until_ms");
STMT(q_told_ended, NULL,
     "UPDATE subscription SET told_ended_ms = paid_until_ms"
     " WHERE user_id = ? AND paid_until_ms = ? AND told_ended_ms <> paid_until_ms");

struct telling {
    struct arena *a;
    const struct stmt *mark;
    enum notice_kind kind;
    struct end end;
    int64_t now_ms, *told;
};

static enum rc tell(struct db *db, void *arg)
{
    const struct telling *t = arg;
    int64_t marked;
    const struct notice n = {
        .user_id = t->end.user_id,
        .kind = t->kind,
        .once = arena_printf(t->a, "%" PRId64, t->end.paid_until_ms),
        .link = "/subscribe",
        .values = { .until = fmt_date(t->a, t->end.paid_until_ms),
                    .amount = fmt_money(t->a, pay_price_minor(1), pay_currency()) },
    };

    TRY(db_run(db, t->mark, ARGS(I64(t->end.user_id), I64(t->end.paid_until_ms)), &marked));
    return marked ? notify(db, t->a, &n, t->now_ms) : RC_OK; /* paid, or told, a moment ago */
}

static enum rc tell_all(struct db *db, const struct end_list *ends, struct telling *t)
{
    for (size_t i = 0; i < ends->n; i++) {
        t->end = ends->items[i];
        TRY(db_transact(db, tell, t));
        ++*t->told;
    }
    return RC_OK;
}

enum rc ending_tell(struct db *db, struct arena *a, int64_t now_ms, struct endings *told)
{
    struct telling ahead = { .a = a, .mark = &q_told_ahead, .kind = NOTICE_RENEWAL_AHEAD },
                   ended = { .a = a, .mark = &q_told_ended, .kind = NOTICE_SUBSCRIPTION_ENDS };
    struct end_list ends;

    *told = (struct endings){ 0 };
    ahead.now_ms = ended.now_ms = now_ms;
    ahead.told = &told->ahead;
    ended.told = &told->ended;
    TRY(DB_LIST(
        db, a, &q_ahead,
        ARGS(I64(now_ms), I64(now_ms + ENDING_AHEAD_DAYS * DAY_MS), I64(ENDINGS_PER_RUN_MAX)),
        ENDINGS_PER_RUN_MAX, &ends));
    TRY(tell_all(db, &ends, &ahead));
    TRY(DB_LIST(db, a, &q_ended,
                ARGS(I64(now_ms - ENDING_TOLD_DAYS * DAY_MS), I64(now_ms), I64(now_ms),
                     I64(ENDINGS_PER_RUN_MAX)),
                ENDINGS_PER_RUN_MAX, &ends));
    return tell_all(db, &ends, &ended);
}
