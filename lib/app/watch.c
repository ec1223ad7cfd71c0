#include "app/watch.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"

enum { FINISHED_BEFORE_END_MS = 10000, MARKS_MAX = 200, MARKS_CACHE_S = 30, SESSION_BYTES = 9 };

/* What a playback token says. On the wire: the numbers in this order and the session, with dots
 * between them, and behind the last dot HMAC-SHA256 in hex over all before it, key `play`. */
struct play {
    int64_t user_id, video_id, creator_id, length_ms;
    int64_t last_ms;     /* when the beat before came, or the start */
    int64_t seq;         /* of the next beat */
    int64_t credited_ms; /* so far in this playback */
    int64_t expires_ms, entitled_until_ms;
    const char *session;
};

static char *play_write(struct arena *a, const struct play *p)
{
    const char *text = arena_printf(a,
                                    "%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64
                                    ".%" PRId64 ".%" PRId64 ".%" PRId64 ".%s",
                                    p->user_id, p->video_id, p->length_ms, p->last_ms, p->seq,
                                    p->credited_ms, p->expires_ms, p->entitled_until_ms,
                                    p->session);
    return arena_printf(a, "%s.%s", text, hmac_hex(a, "play", text));
}

static enum rc play_read(struct arena *a, const char *token, struct play *out)
{
    int64_t *const numbers[] = { &out->user_id,    &out->video_id,
                                 &out->length_ms,  &out->last_ms,
                                 &out->seq,        &out->credited_ms,
                                 &out->expires_ms, &out->entitled_until_ms };
    const char *mac = strrchr(token, '.');

    if (mac == NULL || strlen(token) > PLAY_TOKEN_MAX_BYTES)
        return RC_SIGN_IN;
    const char *p = arena_strn(a, token, (size_t)(mac - token));
    if (!equal_secret(mac + 1, hmac_hex(a, "play", p)))
        return RC_SIGN_IN;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        size_t n = strcspn(p, ".");
        if (p[n] != '.' || str_to_i64(p, n, 0, INT64_MAX, numbers[i]) != RC_OK)
            return RC_SIGN_IN;
        p += n + 1;
    }
    out->session = p;
    return RC_OK;
}

char *watch_start(struct arena *a, int64_t user_id, int64_t video_id, int64_t creator_id,
                  int64_t length_ms, int64_t entitled_until_ms, int64_t now_ms)
{
    struct play p = {
        .user_id = user_id,
        .video_id = video_id,
        .creator_id = creator_id,
        .length_ms = length_ms,
        .last_ms = now_ms,
        .expires_ms = now_ms + PLAY_TOKEN_HOURS * HOUR_MS,
        .entitled_until_ms = entitled_until_ms,
        .session = random_id(a, SESSION_BYTES),
    };

    return play_write(a, &p);
}

/* Media time of the ranges, each cut to the video. */
static int64_t played_ms(const struct beat *beat, int64_t length_ms)
{
    int64_t sum = 0;

    for (size_t i = 0; i < beat->n; i++) {
        int64_t from = MAX_OF(beat->ranges[i].from_ms, 0);
        int64_t to = MIN_OF(beat->ranges[i].to_ms, length_ms);
        sum += MAX_OF(to - from, 0);
    }
    return sum;
}

/* The rule of credit: never more than was played, than time went by, or than one beat may bring. */
int64_t watch_credit_ms(const struct beat *beat, int64_t length_ms, int64_t elapsed_ms)
{
    int64_t credit = MIN_OF(played_ms(beat, length_ms), MAX_OF(elapsed_ms, 0));
    return MIN_OF(credit, (int64_t)BEAT_CREDIT_MAX_MS);
}

STMT(q_mark, NULL,
     "INSERT INTO watch_position (user_id, video_id, position_ms, watched_ms, updated_ms)"
     " VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE position_ms = VALUES(position_ms),"
     " watched_ms = watched_ms + VALUES(watched_ms), updated_ms = VALUES(updated_ms)");
STMT(q_view, NULL, "INSERT IGNORE INTO view_day (video_id, user_id, day) VALUES (?, ?, ?)");
STMT(q_count_view, NULL, "UPDATE video SET views = views + 1 WHERE id = ?");

struct booking {
    const struct play *play;
    int64_t position_ms, credit_ms, now_ms;
    bool view;
};

static enum rc book(struct db *db, void *arg)
{
    const struct booking *b = arg;
    int64_t fresh = 0;

    enum rc rc = db_run(db, &q_mark,
                        ARGS(I64(b->play->user_id), I64(b->play->video_id), I64(b->position_ms),
                             I64(b->credit_ms), I64(b->now_ms)),
                        NULL);
    if (rc == RC_CONFLICT)
        return RC_NOT_FOUND; /* the video is gone */
    if (rc != RC_OK || !b->view)
        return rc;
    TRY(db_run(db, &q_view,
               ARGS(I64(b->play->video_id), I64(b->play->user_id), I64(b->now_ms / DAY_MS)),
               &fresh));
    return fresh ? db_run(db, &q_count_view, ARGS(I64(b->play->video_id)), NULL) : RC_OK;
}

enum rc watch_beat(struct db *db, struct arena *a, const struct beat *beat, int64_t user_id,
                   int64_t now_ms, const char **next)
{
    struct play p = { 0 };

    TRY(play_read(a, beat->token, &p));
    if (p.user_id != user_id || p.seq != beat->seq || now_ms >= p.expires_ms)
        return RC_SIGN_IN;
    if (now_ms >= p.entitled_until_ms)
        return RC_UNPAID;
    int64_t elapsed_ms = now_ms - p.last_ms;
    if (elapsed_ms < BEAT_MIN_MS && !beat->last)
        return RC_LIMITED;
    int64_t credit_ms = watch_credit_ms(beat, p.length_ms, elapsed_ms);
    struct booking b = {
        .play = &p,
        .position_ms = beat->n ? MIN_OF(MAX_OF(beat->ranges[beat->n - 1].to_ms, 0), p.length_ms)
                               : 0,
        .credit_ms = credit_ms,
        .now_ms = now_ms,
        .view = p.user_id != p.creator_id && p.credited_ms < VIEW_MIN_MS &&
                p.credited_ms + credit_ms >= VIEW_MIN_MS,
    };
    if (beat->n)
        TRY(db_transact(db, book, &b));
    p.last_ms = MAX_OF(now_ms, p.last_ms);
    p.credited_ms += credit_ms;
    p.seq++;
    *next = play_write(a, &p);
    return RC_OK;
}

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
     " AND (v.user_id = w.user_id OR (v.visibility <> 'private' AND u.blocked = 0))"
     " ORDER BY w.updated_ms DESC, w.video_id DESC LIMIT ? OFFSET ?");
STMT(q_forget, NULL,
     "DELETE w FROM watch_position w JOIN video v ON v.id = w.video_id"
     " WHERE w.user_id = ? AND v.public_id = ?");
STMT(q_forget_all, NULL, "DELETE FROM watch_position WHERE user_id = ?");

enum rc watch_history(struct db *db, struct arena *a, int64_t user_id, size_t page,
                      struct watched_list *out)
{
    return DB_LIST(db, a, &q_history,
                   ARGS(I64(user_id), I64(VIDEO_PAGE + 1), I64((int64_t)page * VIDEO_PAGE)),
                   VIDEO_PAGE + 1, out);
}

enum rc watch_forget(struct db *db, int64_t user_id, const char *public_id)
{
    return db_run(db, &q_forget, ARGS(I64(user_id), STR(public_id)), NULL);
}

enum rc watch_forget_all(struct db *db, int64_t user_id)
{
    return db_run(db, &q_forget_all, ARGS(I64(user_id)), NULL);
}
