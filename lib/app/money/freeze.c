/* The half of freeze.h that writes down and reads; freeze_move.c moves the money. */
#include "app/money/freeze.h"
#include "base/str.h"

WORDS(freeze_state,
      "freeze.state", [FREEZE_OPEN] = "open", [FREEZE_CREATOR] = "creator", [FREEZE_POOL] = "pool");

SHAPE(freeze_shape, struct freeze, COLUMN(struct freeze, id), COLUMN(struct freeze, key),
      COLUMN(struct freeze, creator_id), COLUMN(struct freeze, video_id),
      COLUMN(struct freeze, from_ms), COLUMN(struct freeze, to_ms), COLUMN(struct freeze, why),
      COLUMN_WORD(struct freeze, state, freeze_state), COLUMN(struct freeze, put_ms),
      COLUMN(struct freeze, decided_ms), COLUMN(struct freeze, minor), COLUMN(struct freeze, waits),
      COLUMN(struct freeze, public_id), COLUMN(struct freeze, title));
#define FREEZES                                                                                                    \
    "SELECT f.id, f.ikey AS `key`, f.creator_id, f.video_id, f.from_ms, f.to_ms, f.why, f.state,"                  \
    " f.put_ms, f.decided_ms, (SELECT CAST(COALESCE(SUM(p.minor), 0) AS SIGNED) FROM freeze_part p"                \
    " WHERE p.freeze_id = f.id) AS minor, f.passed <> f.changes AS waits, COALESCE(v.public_id, '') AS public_id," \
    " COALESCE(v.title, '') AS title FROM freeze f LEFT JOIN video v ON v.id = f.video_id"                         \
    " AND v.state <> 'deleted'"
STMT(q_get, &freeze_shape, FREEZES " WHERE f.ikey = ?");
STMT(q_of_creator, &freeze_shape,
     FREEZES " WHERE f.creator_id = ? ORDER BY f.put_ms DESC, f.id DESC");
STMT(q_put, NULL,
     "INSERT INTO freeze (ikey, creator_id, video_id, from_ms, to_ms, why, state, put_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, 'open', ?)");
STMT(q_release, NULL,
     "UPDATE freeze SET changes = changes + (state <> ?), decided_ms = IF(? = 'open', 0,"
     " IF(state <> ?, ?, decided_ms)), state = ? WHERE ikey = ?");
STMT(q_again, NULL, "UPDATE freeze SET again_ms = ? WHERE state <> 'creator'");
STMT(q_waits, &number_shape,
     "SELECT EXISTS (SELECT 1 FROM freeze WHERE creator_id = ? AND passed <> changes) AS n");

#define KEY_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-./"

static bool is_valid(const struct freeze *f)
{
    return f->key && f->key[0] && str_only(f->key, KEY_BYTES) &&
           strlen(f->key) <= FREEZE_KEY_MAX_BYTES && f->creator_id > 0 && f->video_id >= 0 &&
           f->from_ms >= 0 && (f->to_ms == 0 || f->to_ms > f->from_ms) && f->why &&
           strlen(f->why) <= FREEZE_WHY_MAX_BYTES;
}

enum rc freeze_put(struct db *db, struct arena *a, const struct freeze *f, int64_t now_ms)
{
    struct freeze first;

    if (!is_valid(f))
        return RC_INVALID;
    enum rc rc = db_run(db, &q_put,
                        ARGS(STR(f->key), I64(f->creator_id), I64(f->video_id), I64(f->from_ms),
                             I64(f->to_ms), STR(f->why), I64(now_ms)),
                        NULL);
    if (rc != RC_CONFLICT)
        return rc;
    rc = freeze_get(db, a, f->key, &first);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_CONFLICT : rc; /* there is no such creator */
    return first.creator_id == f->creator_id && first.video_id == f->video_id &&
                   first.from_ms == f->from_ms && first.to_ms == f->to_ms
               ? RC_OK
               : RC_CONFLICT;
}

enum rc freeze_release(struct db *db, struct arena *a, const char *key, enum freeze_state to,
                       int64_t now_ms)
{
    const char *word = freeze_state_word(to);
    struct freeze f;

    TRY(freeze_get(db, a, key, &f));
    return db_run(db, &q_release,
                  ARGS(STR(word), STR(word), STR(word), I64(now_ms), STR(word), STR(key)), NULL);
}

enum rc freeze_again(struct db *db, int64_t now_ms)
{
    return db_run(db, &q_again, ARGS(I64(now_ms + FREEZE_AGAIN_MS)), NULL);
}

enum rc freeze_waits(struct db *db, struct arena *a, int64_t creator_id, bool *waits)
{
    int64_t n = 0;
    enum rc rc = db_number(db, a, &q_waits, ARGS(I64(creator_id)), &n);

    *waits = n > 0;
    return rc;
}

enum rc freeze_get(struct db *db, struct arena *a, const char *key, struct freeze *out)
{
    return db_one(db, a, &q_get, ARGS(STR(key)), out);
}

enum rc freeze_of_creator(struct db *db, struct arena *a, int64_t creator_id,
                          struct freeze_list *out)
{
    return DB_LIST(db, a, &q_of_creator, ARGS(I64(creator_id)), FREEZES_SHOWN_MAX, out);
}
