#include "app/watching/watch.h"
#include "app/catalogue/recommend.h"

enum { FINISHED_BEFORE_END_MS = 10000, MARKS_MAX = 200, MARKS_CACHE_S = 30 };
#define NEVER_MS INT64_MAX /* from_ms while the history is paused */

/* From the spool */

STMT(q_store, NULL,
     "INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)"
     " SELECT u.id, v.id, r.at_ms, r.played_ms, r.now_ms FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (member BIGINT PATH '$[0]', video BIGINT PATH '$[1]', at_ms BIGINT PATH '$[2]',"
     " played_ms BIGINT PATH '$[3]', now_ms BIGINT PATH '$[4]')) r"
     " JOIN user u ON u.id = r.member JOIN video v ON v.id = r.video"
     " LEFT JOIN watch_history h ON h.user_id = r.member"
     " WHERE h.from_ms IS NULL OR h.from_ms <= r.now_ms"
     " ON DUPLICATE KEY UPDATE"
     " position_ms = IF(VALUES(updated_ms) < updated_ms, position_ms, VALUES(position_ms)),"
     " watched_ms = watched_ms + VALUES(watched_ms),"
     " updated_ms = GREATEST(updated_ms, VALUES(updated_ms))");

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

static int by_member_and_video(const struct played *x, const struct played *y)
{
    int found = order(x->user_id, y->user_id);
    return found ? found : order(x->video_id, y->video_id);
}

static int by_time(const void *a, const void *b)
{
    const struct played *x = a, *y = b;
    int found = by_member_and_video(x, y);

    found = found ? found : order(x->t1_ms, y->t1_ms);
    return found ? found : order(x->position_ms, y->position_ms);
}

void watch_rows(struct arena *a, struct played *played, size_t n, struct rows *out)
{
    SORT(played, n, by_time);
    *out = (struct rows){ .a = a };
    for (size_t i = 0, next; i < n; i = next) {
        int64_t watched_ms = 0;
        for (next = i; next < n && by_member_and_video(&played[i], &played[next]) == 0; next++)
            watched_ms += played[next].t1_ms - played[next].t0_ms;
        const struct played *last = &played[next - 1];
        rows_addf(out, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64, last->user_id,
                  last->video_id, last->position_ms, watched_ms, last->t1_ms);
    }
}

enum rc watch_store(struct db *db, struct rows *rows) { return rows_run(db, &q_store, rows, NULL); }

/* Where members stopped */

struct position {
    int64_t position_ms, length_ms;
};
SHAPE(position_shape, struct position, COLUMN(struct position, position_ms),
      COLUMN(struct position, length_ms));
STMT(q_position, &position_shape,
     "SELECT w.position_ms, v.length_ms FROM watch_position w JOIN video v ON v.id = w.video_id"
     " WHERE w.user_id = ? AND w.video_id = ?");

enum rc watch_position(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                       int64_t *position_ms)
{
    struct position p = { 0, 0 };

    enum rc rc = db_one(db, a, &q_position, ARGS(I64(user_id), I64(video_id)), &p);
    bool finished = p.position_ms > p.length_ms - FINISHED_BEFORE_END_MS;
    *position_ms = rc == RC_OK && !finished ? p.position_ms : 0;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

SHAPE(mark_shape, struct watch_mark, COLUMN(struct watch_mark, video_id),
      COLUMN(struct watch_mark, position_ms));
STMT(q_marks, &mark_shape,
     "SELECT video_id, position_ms FROM watch_position WHERE user_id = ?"
     " ORDER BY updated_ms DESC LIMIT 200");

enum rc watch_marks(struct db *db, struct arena *a, int64_t user_id, struct watch_mark_list *out)
{
    return DB_LIST_CACHED(db, a, &q_marks, ARGS(I64(user_id)), MARKS_CACHE_S, MARKS_MAX, out);
}

bool watch_is_finished(const struct watch_mark_list *marks, int64_t video_id, int64_t length_ms)
{
    for (size_t i = 0; i < marks->n; i++)
        if (marks->items[i].video_id == video_id)
            return marks->items[i].position_ms * 100 >= length_ms * WATCH_FINISHED_PERCENT;
    return false;
}

/* The history */

SHAPE(watched_shape, struct watched, COLUMN(struct watched, public_id),
      COLUMN(struct watched, title), COLUMN(struct watched, channel_name),
      COLUMN(struct watched, channel_handle), COLUMN(struct watched, poster_version),
      COLUMN(struct watched, length_ms), COLUMN(struct watched, position_ms),
      COLUMN(struct watched, updated_ms));
STMT(q_history, &watched_shape,
     "SELECT v.public_id, v.title, u.display_name AS channel_name, u.handle AS channel_handle,"
     " v.poster_version, v.length_ms, w.position_ms, w.updated_ms FROM watch_position w"
     " JOIN video v ON v.id = w.video_id JOIN user u ON u.id = v.user_id"
     " WHERE w.user_id = ? AND v.state = 'ready'"
     " AND (v.user_id = w.user_id OR (v.visibility <> 'private' AND u.hidden = 0))"
     " AND (? = '' OR LOCATE(?, v.title) > 0 OR LOCATE(?, u.display_name) > 0)"
     " ORDER BY w.updated_ms DESC, w.video_id DESC LIMIT ? OFFSET ?");
STMT(q_forget, NULL,
     "DELETE w FROM watch_position w JOIN video v ON v.id = w.video_id"
     " WHERE w.user_id = ? AND v.public_id = ?");
STMT(q_forget_all, NULL, "DELETE FROM watch_position WHERE user_id = ?");
STMT(q_from, NULL,
     "INSERT INTO watch_history (user_id, from_ms) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE from_ms = VALUES(from_ms)");
/* Clearing the history while it is paused leaves it paused. */
STMT(q_from_unless_paused, NULL,
     "INSERT INTO watch_history (user_id, from_ms) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE from_ms = GREATEST(from_ms, VALUES(from_ms))");

STMT(q_from_of, &number_shape, "SELECT from_ms AS n FROM watch_history WHERE user_id = ?");

enum rc watch_history(struct db *db, struct arena *a, int64_t user_id, const char *words,
                      size_t page, struct watched_list *out)
{
    return DB_LIST(db, a, &q_history,
                   ARGS(I64(user_id), STR(words), STR(words), STR(words), I64(VIDEO_PAGE + 1),
                        I64((int64_t)page * VIDEO_PAGE)),
                   VIDEO_PAGE + 1, out);
}

struct forgetting {
    int64_t user_id, now_ms;
    const char *public_id;
};

static enum rc forget(struct db *db, void *arg)
{
    const struct forgetting *f = arg;

    TRY(db_run(db, &q_forget, ARGS(I64(f->user_id), STR(f->public_id)), NULL));
    return recommend_forget(db, f->user_id);
}

enum rc watch_forget(struct db *db, int64_t user_id, const char *public_id)
{
    struct forgetting f = { user_id, 0, public_id };

    return db_transact(db, forget, &f);
}

static enum rc forget_all(struct db *db, void *arg)
{
    const struct forgetting *f = arg;

    /* Records that are still in the spool are from before, too. */
    TRY(db_run(db, &q_from_unless_paused, ARGS(I64(f->user_id), I64(f->now_ms)), NULL));
    TRY(db_run(db, &q_forget_all, ARGS(I64(f->user_id)), NULL));
    return recommend_forget(db, f->user_id);
}

enum rc watch_forget_all(struct db *db, int64_t user_id, int64_t now_ms)
{
    struct forgetting f = { user_id, now_ms, NULL };

    return db_transact(db, forget_all, &f);
}

enum rc watch_pause(struct db *db, int64_t user_id, bool pause, int64_t now_ms)
{
    return db_run(db, &q_from, ARGS(I64(user_id), I64(pause ? NEVER_MS : now_ms)), NULL);
}

enum rc watch_is_paused(struct db *db, struct arena *a, int64_t user_id, bool *paused)
{
    int64_t from_ms = 0;

    enum rc rc = db_number(db, a, &q_from_of, ARGS(I64(user_id)), &from_ms);
    *paused = from_ms == NEVER_MS;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}
