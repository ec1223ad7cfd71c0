#include "app/notify/list.h"
#include "app/notify/values.h"
#include "io/rows.h"

SHAPE(row_shape, struct notice_row, COLUMN(struct notice_row, id),
      COLUMN(struct notice_row, made_ms), COLUMN(struct notice_row, read_ms),
      COLUMN_WORD(struct notice_row, kind, notice_kind), COLUMN(struct notice_row, link),
      COLUMN(struct notice_row, fields));
STMT(q_of, &row_shape,
     "SELECT id, made_ms, read_ms, kind, link, fields FROM notice WHERE user_id = ? AND id < ?"
     " ORDER BY id DESC LIMIT ?");
STMT(q_read, NULL,
     "UPDATE notice SET read_ms = ? WHERE user_id = ? AND read_ms = 0 AND id BETWEEN ? AND ?");
STMT(q_add, NULL,
     "INSERT IGNORE INTO notice (user_id, kind, once, link, fields, made_ms)"
     " SELECT r.id, ?, CONCAT(?, ':', r.id, ':', ?), ?, ?, ? FROM JSON_TABLE(?, '$[*]'"
     " COLUMNS (id BIGINT PATH '$[0]')) r");

enum rc notices_of(struct db *db, struct arena *a, int64_t user_id, int64_t before,
                   struct notice_row_list *out)
{
    return DB_LIST(db, a, &q_of,
                   ARGS(I64(user_id), I64(before ? before : INT64_MAX), I64(NOTICES_PAGE + 1)),
                   NOTICES_PAGE + 1, out);
}

enum rc notices_read(struct db *db, int64_t user_id, int64_t first, int64_t last, int64_t now_ms,
                     int64_t *n)
{
    return db_run(db, &q_read, ARGS(I64(now_ms), I64(user_id), I64(first), I64(last)), n);
}

enum rc notices_add(struct db *db, struct arena *a, struct rows *user_ids, const struct notice *n,
                    int64_t now_ms, int64_t *added)
{
    const char *kind = notice_kind_word(n->kind), *fields = notice_values_write(a, &n->values);
    const char *json;
    int64_t changed;

    assert(n->kind == NOTICE_FOLLOWED_VIDEO && n->once && n->link); /* the others are mailed */
    *added = 0;
    for (size_t i = 0; (json = rows_page(user_ids, i)); i++) {
        TRY(db_run(db, &q_add,
                   ARGS(STR(kind), STR(kind), STR(n->once), STR(n->link), STR(fields), I64(now_ms),
                        STR(json)),
                   &changed));
        *added += changed;
    }
    return RC_OK;
}
