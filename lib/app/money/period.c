#include "app/money/period.h"
#include "app/money/month.h"
#include "base/fmt.h"
#include "base/str.h"

SHAPE(act_shape, struct period_act, COLUMN(struct period_act, month),
      COLUMN(struct period_act, at_ms), COLUMN(struct period_act, reason),
      COLUMN(struct period_act, handle));

STMT(q_month, &number_shape, "SELECT month AS n FROM period_lock ORDER BY id DESC LIMIT 1");
STMT(q_add, NULL, "INSERT INTO period_lock (month, reason, by_user, at_ms) VALUES (?, ?, ?, ?)");
STMT(q_acts, &act_shape,
     "SELECT p.month, p.at_ms, p.reason, u.handle FROM period_lock p LEFT JOIN user u"
     " ON u.id = p.by_user ORDER BY p.id DESC");

enum rc period_locked_month(struct db *db, struct arena *a, int64_t *month)
{
    *month = 0;
    enum rc rc = db_number(db, a, &q_month, NO_ARGS, month);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int64_t month_before(int64_t month)
{
    return month % 100 == 1 ? month - 100 + 11 : month - 1;
}

enum rc period_open_ms(struct db *db, struct arena *a, int64_t now_ms, int64_t *ms)
{
    int64_t locked, from_ms, to_ms, after_ms;

    TRY(period_locked_month(db, a, &locked));
    month_span(month_before(month_of(now_ms)), &from_ms, &to_ms);
    *ms = from_ms;
    if (locked) {
        month_span(locked, &from_ms, &after_ms);
        *ms = MAX_OF(*ms, after_ms);
    }
    return RC_OK;
}

enum rc period_check(struct db *db, struct arena *a, int64_t at_ms, int64_t now_ms,
                     struct problem *why)
{
    int64_t open_ms;

    if (at_ms > now_ms)
        return refuse(why, RC_CONFLICT, NULL,
                      arena_printf(a, "%s is in the future.", fmt_date(a, at_ms)));
    TRY(period_open_ms(db, a, now_ms, &open_ms));
    if (at_ms >= open_ms)
        return RC_OK;
    return refuse(why, RC_CONFLICT, NULL,
                  arena_printf(a,
                               "The books are closed up to that day: %s is before %s, the first "
                               "day on which something can still be booked.",
                               fmt_date(a, at_ms), fmt_date(a, open_ms)));
}

static enum rc note(struct db *db, int64_t month, const char *reason, int64_t by_user,
                    int64_t now_ms, struct problem *why)
{
    size_t n = strlen(reason);

    if (n == 0 || n > PERIOD_REASON_MAX_BYTES || !str_is_text(reason, n, false))
        return refuse(why, RC_INVALID, "reason", "Give a reason of up to 200 bytes, on one line.");
    return db_run(db, &q_add, ARGS(I64(month), STR(reason), ID_OR_NULL(by_user), I64(now_ms)),
                  NULL);
}

enum rc period_lock(struct db *db, struct arena *a, int64_t month, const char *reason,
                    int64_t by_user, int64_t now_ms, struct problem *why)
{
    int64_t locked;

    if (month >= month_of(now_ms))
        return refuse(why, RC_CONFLICT, "month", "A month can be locked once it is over.");
    TRY(period_locked_month(db, a, &locked));
    if (month <= locked)
        return refuse(
            why, RC_CONFLICT, "month",
            arena_printf(a, "Everything up to %s is locked already.", fmt_month(a, locked)));
    return note(db, month, reason, by_user, now_ms, why);
}

enum rc period_unlock(struct db *db, struct arena *a, const char *reason, int64_t by_user,
                      int64_t now_ms, struct problem *why)
{
    int64_t locked;

    TRY(period_locked_month(db, a, &locked));
    if (locked == 0)
        return refuse(why, RC_CONFLICT, NULL, "No month is locked.");
    return note(db, 0, reason, by_user, now_ms, why);
}

enum rc period_acts(struct db *db, struct arena *a, struct period_act_list *out)
{
    return DB_LIST(db, a, &q_acts, NO_ARGS, PERIOD_ACTS_SHOWN_MAX, out);
}
