#include "app/watching/opened.h"
#include "base/clock.h"
#include "base/conf.h"
#include "io/cache.h"

STMT(q_note, NULL,
     "INSERT IGNORE INTO media_opened (user_id, day, video_id, length_ms, at_ms)"
     " VALUES (?, ?, ?, ?, ?)");
STMT(q_sweep, NULL, "DELETE FROM media_opened WHERE day < ? LIMIT 100000");
static_assert(OPENED_SWEEP_MAX == 100000, "stands in q_sweep");

enum rc opened_note(struct db *db, struct arena *a, const struct playback *p, int64_t now_ms)
{
    int64_t day = now_ms / DAY_MS;
    const char *key = arena_printf(a, "%" PRId64 ":%" PRId64 ":%" PRId64, p->user_id, day,
                                   p->video_id);
    char *data;
    size_t n;

    if (cache_get(a, "noted", key, &data, &n))
        return RC_OK;
    TRY(db_run(db, &q_note,
               ARGS(I64(p->user_id), I64(day), I64(p->video_id), I64(p->length_ms), I64(now_ms)),
               NULL));
    cache_set("noted", key, "1", 1, DAY_MS / SECOND_MS);
    return RC_OK;
}

enum rc opened_sweep(struct db *db, int64_t now_ms, int64_t *rows)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms / DAY_MS - conf()->refund_days - 1)), rows);
}
