#include "app/talk/comment.h"
#include "app/talk/comment_sql.h"

WORDS(comment_state, "comment.state", [COMMENT_SHOWN] = "shown", [COMMENT_HELD] = "held",
      [COMMENT_HIDDEN] = "hidden", [COMMENT_BLOCKED] = "blocked", [COMMENT_REMOVED] = "removed",
      [COMMENT_DELETED] = "deleted");

SHAPE(comment_shape, struct comment, COMMENT_FIELDS);
STMT(q_get, &comment_shape, COMMENTS " WHERE c.id = ? AND c.state <> 'deleted'");
STMT(q_of_member, &comment_shape,
     COMMENTS " WHERE c.user_id = ? AND c.id > ? AND c.state <> 'deleted' ORDER BY c.id LIMIT ?");

/* What decides how the counts change. */
struct place {
    int64_t video_id, parent_id, replies;
    enum comment_state state, free_state, parent_state;
};
SHAPE(place_shape, struct place, COLUMN(struct place, video_id), COLUMN(struct place, parent_id),
      COLUMN(struct place, replies), COLUMN_WORD(struct place, state, comment_state),
      COLUMN_WORD(struct place, free_state, comment_state),
      COLUMN_WORD(struct place, parent_state, comment_state));

STMT(q_video, &number_shape, "SELECT video_id AS n FROM comment WHERE id = ?");
/* All changes of one video's comments are made one after another. */
STMT(q_lock_video, NULL,
     "INSERT INTO comment_video (video_id) VALUES (?) ON DUPLICATE KEY UPDATE video_id = video_id");
STMT(q_lock, &place_shape,
     "SELECT c.video_id, c.parent_id, c.replies, c.state, COALESCE(c.free_state, c.state) AS"
     " free_state, COALESCE(p.state, 'shown') AS parent_state FROM comment c"
     " LEFT JOIN comment p ON p.id = c.parent_id WHERE c.id = ? FOR UPDATE");
STMT(q_move, NULL, "UPDATE comment SET state = ?, free_state = ? WHERE id = ?");
STMT(q_empty, NULL, "UPDATE comment SET text = '' WHERE id = ?");
STMT(q_count_reply, NULL, "UPDATE comment SET replies = replies + ? WHERE id = ?");
STMT(q_count, NULL, "UPDATE comment_video SET shown = shown + ? WHERE video_id = ?");
STMT(q_unpin, NULL,
     "UPDATE comment_video SET pinned_id = NULL WHERE video_id = ? AND pinned_id = ?");

enum rc comment_get(struct db *db, struct arena *a, int64_t id, struct comment *out)
{
    return db_one(db, a, &q_get, ARGS(I64(id)), out);
}

const char *comment_path(struct arena *a, const struct comment *c)
{
    return comment_path_of(a, c->video_public_id, c->parent_id ? c->parent_id : c->id, c->id);
}

const char *comment_path_of(struct arena *a, const char *video, int64_t thread, int64_t id)
{
    return arena_printf(a, "/watch/%s/comments?thread=%" PRId64 "&at=%" PRId64 "#comment-%" PRId64,
                        video, thread, id, id);
}

enum rc comment_lock_video(struct db *db, int64_t video_id)
{
    return db_run(db, &q_lock_video, ARGS(I64(video_id)), NULL);
}

/* A comment came into sight (sign 1) or went out of it (-1). */
enum rc comment_count(struct db *db, int64_t video_id, int64_t parent_id, bool parent_shown,
                      int64_t replies, int64_t sign)
{
    if (parent_id)
        TRY(db_run(db, &q_count_reply, ARGS(I64(sign), I64(parent_id)), NULL));
    if (!parent_shown)
        return RC_OK;
    return db_run(db, &q_count, ARGS(I64(sign * (1 + replies)), I64(video_id)), NULL);
}

enum act { SHOW, CONCEAL, HOLD, BLOCK, REMOVE, RESTORE, DELETE };

static bool is_moderated(enum comment_state state)
{
    return state == COMMENT_BLOCKED || state == COMMENT_REMOVED;
}

/* The state after the act. */
static enum rc after_act(enum act act, const struct place *p, enum comment_state *to)
{
    if (p->state == COMMENT_DELETED)
        return RC_NOT_FOUND;
    if (act <= HOLD && is_moderated(p->state))
        return RC_CONFLICT;
    switch (act) {
    case SHOW: *to = COMMENT_SHOWN; break;
    case CONCEAL: *to = COMMENT_HIDDEN; break;
    case HOLD: *to = p->state == COMMENT_SHOWN ? COMMENT_HELD : p->state; break;
    case BLOCK: *to = COMMENT_BLOCKED; break;
    case REMOVE: *to = COMMENT_REMOVED; break;
    case RESTORE: *to = p->free_state; break;
    case DELETE: *to = COMMENT_DELETED; break;
    }
    return RC_OK;
}

static enum rc store(struct db *db, int64_t id, const struct place *p, enum comment_state to)
{
    bool was = p->state == COMMENT_SHOWN, is = to == COMMENT_SHOWN;
    const char *free_state = is_moderated(to) ? comment_state_word(p->free_state) : NULL;

    if (was != is)
        TRY(comment_count(db, p->video_id, p->parent_id, p->parent_state == COMMENT_SHOWN,
                          p->replies, is ? 1 : -1));
    if (was && !is && !p->parent_id)
        TRY(db_run(db, &q_unpin, ARGS(I64(p->video_id), I64(id)), NULL));
    if (to == COMMENT_DELETED)
        TRY(db_run(db, &q_empty, ARGS(I64(id)), NULL));
    return db_run(db, &q_move, ARGS(STR(comment_state_word(to)), STR(free_state), I64(id)), NULL);
}

static enum rc move(struct db *db, struct arena *a, int64_t id, enum act act, bool *changed)
{
    enum comment_state to = COMMENT_SHOWN;
    struct place p;
    int64_t video_id;

    TRY(db_number(db, a, &q_video, ARGS(I64(id)), &video_id));
    TRY(comment_lock_video(db, video_id));
    TRY(db_one(db, a, &q_lock, ARGS(I64(id)), &p));
    TRY(after_act(act, &p, &to));
    if (changed)
        *changed = to != p.state;
    return to == p.state ? RC_OK : store(db, id, &p, to);
}

enum rc comment_hide(struct db *db, struct arena *a, int64_t id)
{
    return move(db, a, id, BLOCK, NULL);
}

enum rc comment_remove(struct db *db, struct arena *a, int64_t id)
{
    return move(db, a, id, REMOVE, NULL);
}

enum rc comment_restore(struct db *db, struct arena *a, int64_t id)
{
    return move(db, a, id, RESTORE, NULL);
}

enum rc comment_show(struct db *db, struct arena *a, int64_t id, bool *changed)
{
    return move(db, a, id, SHOW, changed);
}

enum rc comment_conceal(struct db *db, struct arena *a, int64_t id, bool *changed)
{
    return move(db, a, id, CONCEAL, changed);
}

enum rc comment_hold(struct db *db, struct arena *a, int64_t id)
{
    return move(db, a, id, HOLD, NULL);
}

struct deletion {
    struct arena *a;
    int64_t id;
};

static enum rc delete_one(struct db *db, void *arg)
{
    const struct deletion *d = arg;
    return move(db, d->a, d->id, DELETE, NULL);
}

enum rc comment_delete(struct db *db, struct arena *a, int64_t id)
{
    struct deletion d = { a, id };
    return db_transact(db, delete_one, &d);
}

enum rc comment_of_member(struct db *db, struct arena *a, int64_t user_id, int64_t after,
                          struct comment_list *out)
{
    return DB_LIST(db, a, &q_of_member, ARGS(I64(user_id), I64(after), I64(COMMENTS_OF_MAX)),
                   COMMENTS_OF_MAX, out);
}

enum rc comment_delete_of_member(struct db *db, struct arena *a, int64_t user_id, size_t *n)
{
    struct comment_list list;

    TRY(comment_of_member(db, a, user_id, 0, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(comment_delete(db, a, list.items[i].id));
    *n = list.n;
    return RC_OK;
}
