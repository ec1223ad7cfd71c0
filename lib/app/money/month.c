/* Closed months as they are stored, for readers and reversals; month_close.c closes them. */
#include "app/money/month.h"
#include "base/clock.h"
#include "base/str.h"
#include <time.h>

SHAPE(month_shape, struct month, COLUMN(struct month, month), COLUMN(struct month, units),
      COLUMN(struct month, earned_minor), COLUMN(struct month, idle_in_minor),
      COLUMN(struct month, uplift_minor), COLUMN(struct month, platform_minor),
      COLUMN(struct month, pool_minor), COLUMN(struct month, scaled_minor),
      COLUMN(struct month, idle_out_minor), COLUMN(struct month, closed_ms),
      COLUMN(struct month, posted_ms), COLUMN(struct month, matured_ms),
      COLUMN(struct month, currency));
#define MONTH_COLUMNS                                                                              \
    "month, units, earned_minor, idle_in_minor, uplift_minor, platform_minor, pool_minor,"         \
    " scaled_minor, idle_out_minor, closed_ms, posted_ms, matured_ms, currency"
SHAPE(uplift_shape, struct month_uplift, COLUMN(struct month_uplift, month),
      COLUMN(struct month_uplift, creator_id), COLUMN(struct month_uplift, earned_minor),
      COLUMN(struct month_uplift, amount_minor), COLUMN(struct month_uplift, reversed_minor),
      COLUMN(struct month_uplift, absorbed_minor));

STMT(q_months, &month_shape, "SELECT " MONTH_COLUMNS " FROM month_close ORDER BY month DESC");
/* If the month has no row, this locks the gap where it would be. */
STMT(q_lock, &month_shape,
     "SELECT " MONTH_COLUMNS " FROM month_close WHERE month = ? LOCK IN SHARE MODE");
STMT(q_lock_uplift, &uplift_shape,
     "SELECT month, creator_id, earned_minor, amount_minor, reversed_minor, absorbed_minor"
     " FROM month_uplift WHERE month = ? AND creator_id = ? FOR UPDATE");
STMT(q_set_uplift, NULL,
     "UPDATE month_uplift SET reversed_minor = ?, absorbed_minor = ?"
     " WHERE month = ? AND creator_id = ?");

int64_t month_of(int64_t ms)
{
    time_t s = (time_t)(ms / SECOND_MS);
    struct tm t;

    gmtime_r(&s, &t);
    return (t.tm_year + INT64_C(1900)) * 100 + t.tm_mon + 1;
}

enum rc month_read(const char *text, int64_t *month)
{
    int64_t year, n;

    if (strcspn(text, ".") != strlen("YYYY-MM") || text[4] != '-' ||
        str_to_i64(text, 4, 1970, 9999, &year) || str_to_i64(text + 5, 2, 1, 12, &n))
        return RC_NOT_FOUND;
    *month = year * 100 + n;
    return RC_OK;
}

void month_span(int64_t month, int64_t *from_ms, int64_t *to_ms)
{
    struct tm t = { .tm_year = (int)(month / 100) - 1900,
                    .tm_mon = (int)(month % 100) - 1,
                    .tm_mday = 1 };

    *from_ms = (int64_t)timegm(&t) * SECOND_MS;
    *to_ms = clock_add_months(*from_ms, 1);
}

enum rc month_list(struct db *db, struct arena *a, struct month_list *out)
{
    return DB_LIST(db, a, &q_months, NO_ARGS, MONTHS_SHOWN_MAX, out);
}

enum rc month_lock(struct db *db, struct arena *a, int64_t month, struct month *out)
{
    return db_one(db, a, &q_lock, ARGS(I64(month)), out);
}

enum rc month_lock_uplift(struct db *db, struct arena *a, int64_t month, int64_t creator_id,
                          struct month_uplift *out)
{
    return db_one(db, a, &q_lock_uplift, ARGS(I64(month), I64(creator_id)), out);
}

enum rc month_uplift_set(struct db *db, const struct month_uplift *u)
{
    return db_run(
        db, &q_set_uplift,
        ARGS(I64(u->reversed_minor), I64(u->absorbed_minor), I64(u->month), I64(u->creator_id)),
        NULL);
}
