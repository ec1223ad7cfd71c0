#include "app/talk/thread.h"
#include "app/talk/comment_sql.h"
#include "base/conf.h"

WORDS(talk_bar, "", [TALK_OPEN] = "", [TALK_OFF] = "off", [TALK_NOT_READY] = "not-ready",
      [TALK_CLOSED] = "closed", [TALK_SIGN_IN] = "sign-in", [TALK_MEMBERS] = "members");

SHAPE(talk_shape, struct talk, COLUMN(struct talk, shown), COLUMN(struct talk, pinned_id),
      COLUMN(struct talk, closed));
STMT(q_talk, &talk_shape, "SELECT shown, pinned_id, closed FROM comment_video WHERE video_id = ?");

SHAPE(comment_shape, struct comment, COMMENT_FIELDS);
/* The first argument is the viewer's id. Each list is read from the index that has its order, without sorting
 * all comments of a video: hence the index, and no join of comment_like, for which MariaDB takes a buffer
 * that loses the order. */
#define ON_VIDEO(index)                                                                                                            \
    "SELECT " COMMENT_COLUMNS(                                                                                                     \
        "''", "''",                                                                                                                \
        "EXISTS (SELECT 1 FROM comment_like l WHERE l.comment_id = c.id AND l.user_id = ?)") " FROM comment c FORCE INDEX (" index \
                                                                                             ") STRAIGHT_JOIN user u ON u.id = c.user_id"
#define STANDING " WHERE c.video_id = ? AND c.parent_id IS NULL AND c.state = 'shown' AND c.id <> ?"
STMT(q_newest, &comment_shape,
     ON_VIDEO("comment_newest") STANDING " AND c.id < ? ORDER BY c.id DESC LIMIT ?");
STMT(q_liked, &comment_shape,
     ON_VIDEO("comment_liked") STANDING " AND c.likes <= ? AND (c.likes < ? OR c.id < ?)"
                                        " ORDER BY c.likes DESC, c.id DESC LIMIT ?");
STMT(q_one, &comment_shape,
     ON_VIDEO("PRIMARY") " WHERE c.id = ? AND c.video_id = ? AND c.parent_id IS NULL"
                         " AND c.state = 'shown'");
STMT(q_answers, &comment_shape,
     ON_VIDEO("comment_answers") " WHERE c.parent_id = ? AND c.state = 'shown' AND c.id > ?"
                                 " ORDER BY c.id LIMIT ?");
STMT(
    q_of_owner, &comment_shape,
    "SELECT " COMMENT_COLUMNS(
        "v.public_id", "v.title",
        "0") " FROM comment c"
             " FORCE INDEX (comment_of_owner) STRAIGHT_JOIN video v ON v.id = c.video_id"
             " STRAIGHT_JOIN user u ON u.id = c.user_id WHERE c.owner_id = ? AND c.state = ? AND c.id < ?"
             " AND v.state <> 'deleted' ORDER BY c.id DESC LIMIT ?");
STMT(q_held, &number_shape,
     "SELECT COUNT(*) AS n FROM (SELECT c.id FROM comment c JOIN video v ON v.id = c.video_id"
     " WHERE c.owner_id = ? AND c.state = 'held' AND v.state <> 'deleted' LIMIT ?) h");

STMT(q_close, NULL,
     "INSERT INTO comment_video (video_id, closed) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE closed = VALUES(closed)");
STMT(q_can_pin, &number_shape,
     "SELECT COUNT(*) AS n FROM comment WHERE id = ? AND parent_id IS NULL AND state = 'shown'");
STMT(q_pin, NULL, "UPDATE comment_video SET pinned_id = ? WHERE video_id = ?");
STMT(q_unpin, NULL,
     "UPDATE comment_video SET pinned_id = NULL WHERE video_id = ? AND pinned_id = ?");

enum rc talk_of(struct db *db, struct arena *a, int64_t video_id, struct talk *out)
{
    enum rc rc = db_one(db, a, &q_talk, ARGS(I64(video_id)), out);

    if (rc != RC_NOT_FOUND)
        return rc;
    *out = (struct talk){ 0 };
    return RC_OK;
}

enum talk_bar talk_bar_of(const struct video *v, bool closed, int64_t viewer_id, bool may_play)
{
    if (conf()->comments == COMMENTS_OFF)
        return TALK_OFF;
    if (v->state != VIDEO_READY || v->channel_blocked)
        return TALK_NOT_READY;
    if (closed)
        return TALK_CLOSED;
    if (!viewer_id)
        return TALK_SIGN_IN;
    return may_play || conf()->comments == COMMENTS_EVERYONE ? TALK_OPEN : TALK_MEMBERS;
}

enum rc talk_list(struct db *db, struct arena *a, int64_t video_id, int64_t pinned_id,
                  int64_t viewer_id, enum comment_order order, struct comment_place after,
                  struct comment_list *out)
{
    const int64_t below = after.id ? after.id : INT64_MAX, max = COMMENTS_PAGE + 1;
    const int64_t likes = after.id ? after.likes : INT32_MAX;

    if (order == COMMENTS_NEWEST)
        return DB_LIST(db, a, &q_newest,
                       ARGS(I64(viewer_id), I64(video_id), I64(pinned_id), I64(below), I64(max)),
                       (size_t)max, out);
    return DB_LIST(db, a, &q_liked,
                   ARGS(I64(viewer_id), I64(video_id), I64(pinned_id), I64(likes), I64(likes),
                        I64(below), I64(max)),
                   (size_t)max, out);
}

enum rc talk_one(struct db *db, struct arena *a, int64_t video_id, int64_t id, int64_t viewer_id,
                 struct comment *out)
{
    return db_one(db, a, &q_one, ARGS(I64(viewer_id), I64(id), I64(video_id)), out);
}

enum rc talk_answers(struct db *db, struct arena *a, int64_t id, int64_t viewer_id, int64_t after,
                     struct comment_list *out)
{
    return DB_LIST(db, a, &q_answers,
                   ARGS(I64(viewer_id), I64(id), I64(after), I64(COMMENTS_PAGE + 1)),
                   COMMENTS_PAGE + 1, out);
}

enum rc talk_of_owner(struct db *db, struct arena *a, int64_t owner_id, enum comment_state state,
                      int64_t before, struct comment_list *out)
{
    return DB_LIST(db, a, &q_of_owner,
                   ARGS(I64(owner_id), STR(comment_state_word(state)),
                        I64(before ? before : INT64_MAX), I64(COMMENTS_PAGE + 1)),
                   COMMENTS_PAGE + 1, out);
}

enum rc talk_held(struct db *db, struct arena *a, int64_t owner_id, int64_t *n)
{
    return db_number(db, a, &q_held, ARGS(I64(owner_id), I64(COMMENTS_HELD_SHOWN)), n);
}

enum rc talk_close(struct db *db, int64_t video_id, bool closed)
{
    return db_run(db, &q_close, ARGS(I64(video_id), I64(closed)), NULL);
}

struct pinning {
    struct arena *a;
    const struct comment *c;
    bool pinned;
};

static enum rc pin(struct db *db, void *arg)
{
    const struct pinning *p = arg;
    int64_t can;

    TRY(comment_lock_video(db, p->c->video_id));
    if (!p->pinned)
        return db_run(db, &q_unpin, ARGS(I64(p->c->video_id), I64(p->c->id)), NULL);
    TRY(db_number(db, p->a, &q_can_pin, ARGS(I64(p->c->id)), &can));
    if (!can)
        return RC_CONFLICT;
    return db_run(db, &q_pin, ARGS(I64(p->c->id), I64(p->c->video_id)), NULL);
}

enum rc talk_pin(struct db *db, struct arena *a, const struct comment *c, bool pinned)
{
    struct pinning p = { a, c, pinned };
    return db_transact(db, pin, &p);
}
