#include "app/money/watch_day.h"
#include "base/clock.h"
#include "io/rows.h"

SHAPE(day_shape, struct member_day, COLUMN(struct member_day, user_id),
      COLUMN(struct member_day, day));
SHAPE(unit_shape, struct credit_unit, COLUMN(struct credit_unit, id),
      COLUMN(struct credit_unit, starts_ms), COLUMN(struct credit_unit, ends_ms));

STMT(q_wait, NULL,
     "INSERT INTO watch_dirty (day, user_id) SELECT DISTINCT day, user_id FROM"
     " JSON_TABLE(?, '$[*]' COLUMNS (day INT PATH '$[0]', user_id BIGINT PATH '$[1]')) r"
     " ORDER BY user_id, day ON DUPLICATE KEY UPDATE day = VALUES(day)");
STMT(q_waiting, &day_shape,
     "SELECT user_id, day FROM watch_dirty WHERE day > ? OR (day = ? AND user_id > ?)"
     " ORDER BY day, user_id LIMIT 1000");
STMT(q_claim, &day_shape,
     "SELECT user_id, day FROM watch_dirty WHERE user_id = ? AND day = ? FOR UPDATE");
STMT(q_counted, NULL, "DELETE FROM watch_dirty WHERE user_id = ? AND day = ?");
STMT(q_units, &unit_shape,
     "SELECT unit_id AS id, starts_ms, ends_ms FROM paid_span WHERE user_id = ? AND starts_ms < ?"
     " AND ends_ms > ? ORDER BY starts_ms");
STMT(q_drop_day, NULL, "DELETE FROM watch_day WHERE user_id = ? AND day = ?");
STMT(
    q_add_day, NULL,
    "INSERT INTO watch_day (user_id, day, video_id, creator_id, unit_id, credited_ms, raw_ms, lost)"
    " SELECT ?, ?, video_id, creator_id, unit_id, credited_ms, raw_ms, lost"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (video_id BIGINT PATH '$[0]',"
    " creator_id BIGINT PATH '$[1]', unit_id BIGINT PATH '$[2]', credited_ms BIGINT PATH '$[3]',"
    " raw_ms BIGINT PATH '$[4]', lost INT PATH '$[5]')) r");
STMT(q_heard, NULL,
     "INSERT INTO watch_node (node, all_before_ms) VALUES (?, ?) ON DUPLICATE KEY UPDATE"
     " all_before_ms = GREATEST(all_before_ms, VALUES(all_before_ms))");
STMT(q_forget_node, NULL, "DELETE FROM watch_node WHERE node = ?");

enum rc watch_day_wait(struct db *db, const char *days)
{
    return db_run(db, &q_wait, ARGS(STR(days)), NULL);
}

enum rc watch_day_wait_span(struct db *db, struct arena *a, int64_t user_id, int64_t from_ms,
                            int64_t to_ms)
{
    struct rows days = { .a = a };

    for (int64_t day = from_ms / DAY_MS; day <= to_ms / DAY_MS; day++)
        rows_addf(&days, "%" PRId64 ",%" PRId64, day, user_id);
    return rows_run(db, &q_wait, &days, NULL);
}

enum rc watch_day_waiting(struct db *db, struct arena *a, const struct member_day *after,
                          struct member_days *out)
{
    return DB_LIST(db, a, &q_waiting, ARGS(I64(after->day), I64(after->day), I64(after->user_id)),
                   WATCH_DAYS_PAGE, out);
}

enum rc watch_day_claim(struct db *db, struct arena *a, const struct member_day *d,
                        struct member_day *claimed)
{
    return db_one(db, a, &q_claim, ARGS(I64(d->user_id), I64(d->day)), claimed);
}

enum rc watch_day_units(struct db *db, struct arena *a, const struct member_day *d,
                        struct credit_unit_list *out)
{
    return DB_LIST(db, a, &q_units,
                   ARGS(I64(d->user_id), I64((d->day + 1) * DAY_MS), I64(d->day * DAY_MS)),
                   WATCH_DAY_UNITS_MAX, out);
}

enum rc watch_day_write(struct db *db, struct arena *a, const struct member_day *d,
                        const struct credit_list *credits)
{
    struct rows rows = { .a = a };
    const char *json;

    for (size_t i = 0; i < credits->n; i++) {
        const struct credit *c = &credits->items[i];
        rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64,
                  c->video_id, c->creator_id, c->unit_id, c->credited_ms, c->raw_ms, c->lost);
    }
    TRY(db_run(db, &q_drop_day, ARGS(I64(d->user_id), I64(d->day)), NULL));
    for (size_t i = 0; (json = rows_page(&rows, i)); i++)
        TRY(db_run(db, &q_add_day, ARGS(I64(d->user_id), I64(d->day), STR(json)), NULL));
    return RC_OK;
}

enum rc watch_day_counted(struct db *db, const struct member_day *d)
{
    return db_run(db, &q_counted, ARGS(I64(d->user_id), I64(d->day)), NULL);
}

enum rc watch_day_heard(struct db *db, const char *node, int64_t all_before_ms)
{
    return db_run(db, &q_heard, ARGS(STR(node), I64(all_before_ms)), NULL);
}

enum rc watch_day_forget_node(struct db *db, const char *node, int64_t *changed)
{
    return db_run(db, &q_forget_node, ARGS(STR(node)), changed);
}
