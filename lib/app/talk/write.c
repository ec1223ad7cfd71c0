#include "app/talk/write.h"
#include "app/notify/notify.h"
#include "app/site/throttle.h"
#include "app/talk/comment_sql.h"
#include "app/talk/rules.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"

STMT(q_made, &number_shape, "SELECT created_ms AS n FROM user WHERE id = ?");
STMT(
    q_repeats, &number_shape,
    "SELECT COUNT(*) AS n FROM (SELECT video_id, text FROM comment WHERE user_id = ? AND made_ms > ?"
    " AND id <> ? ORDER BY id DESC LIMIT ?) seen"
    " WHERE text = ? AND (video_id = ? OR CHAR_LENGTH(text) > ?)");
STMT(q_closed, &number_shape, "SELECT closed AS n FROM comment_video WHERE video_id = ?");
STMT(q_add, NULL,
     "INSERT INTO comment (video_id, owner_id, user_id, parent_id, text, state, made_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?)");
STMT(q_edit, NULL,
     "UPDATE comment SET text = ?, edited_ms = ? WHERE id = ? AND state <> 'deleted'");
STMT(q_like, NULL, "INSERT IGNORE INTO comment_like (comment_id, user_id) VALUES (?, ?)");
STMT(q_unlike, NULL, "DELETE FROM comment_like WHERE comment_id = ? AND user_id = ?");
STMT(q_count_like, NULL, "UPDATE comment SET likes = likes + ? WHERE id = ?");
STMT(q_likes, &number_shape, "SELECT likes AS n FROM comment WHERE id = ?");

static size_t lines_of(const char *text)
{
    size_t n = 1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static enum rc check_text(struct arena *a, const char **text, struct problem *why)
{
    *text = str_clean(a, *text, true);
    if (!(*text)[0])
        return refuse(why, RC_INVALID, "text", "Write something first.");
    if (str_chars(*text) > COMMENT_MAX_CHARS)
        return refuse(why, RC_INVALID, "text",
                      arena_printf(a, "A comment may have at most %d characters; this one has %zu.",
                                   COMMENT_MAX_CHARS, str_chars(*text)));
    if (lines_of(*text) > COMMENT_MAX_LINES)
        return refuse(why, RC_INVALID, "text",
                      arena_printf(a, "A comment may have at most %d lines; this one has %zu.",
                                   COMMENT_MAX_LINES, lines_of(*text)));
    return RC_OK;
}

/* One more comment of this member. */
static enum rc count_one(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                         struct problem *why)
{
    const struct limit all = { "comment", HOUR_MS, conf()->comments_per_hour };
    const struct limit new = { "comment_new", HOUR_MS, conf()->comments_per_hour_new };
    const char *key = arena_printf(a, "%" PRId64, user_id);
    int64_t made_ms;

    TRY(db_number(db, a, &q_made, ARGS(I64(user_id)), &made_ms));
    if (now_ms - made_ms < COMMENT_NEW_DAYS * DAY_MS)
        TRY(throttle_count(db, a, &new, key, now_ms, why));
    return throttle_count(db, a, &all, key, now_ms, why);
}

/* `but`: the comment that is edited, or 0. */
static enum rc refuse_repeat(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                             int64_t but, const char *text, int64_t now_ms, struct problem *why)
{
    int64_t n;

    TRY(db_number(db, a, &q_repeats,
                  ARGS(I64(user_id), I64(now_ms - COMMENT_REPEAT_HOURS * HOUR_MS), I64(but),
                       I64(COMMENT_REPEAT_SEEN), STR(text), I64(video_id),
                       I64(COMMENT_REPEAT_SHORT_CHARS)),
                  &n));
    return n == 0 ? RC_OK
                  : refuse(why, RC_INVALID, "text",
                           "You have written the same already. Say it differently, or leave it at "
                           "that.");
}

static enum rc state_for(struct db *db, struct arena *a, int64_t owner_id, int64_t user_id,
                         const char *text, enum comment_state *state)
{
    struct talk_rules rules;

    *state = COMMENT_SHOWN;
    if (owner_id == user_id)
        return RC_OK;
    TRY(rules_of(db, a, owner_id, &rules));
    if (rules_hold(a, &rules, text))
        *state = COMMENT_HELD;
    return RC_OK;
}

/* What happened, for those who are told. */
struct event {
    const char *video_public_id, *video_title;
    int64_t video_id, owner_id, user_id, id, thread;
    const char *name, *text;
    int64_t now_ms;
};

static enum rc tell(struct db *db, struct arena *a, const struct event *e, int64_t user_id,
                    enum notice_kind kind, const char *link)
{
    if (user_id == e->user_id)
        return RC_OK;
    struct notice n = {
        .user_id = user_id,
        .kind = kind,
        .once = arena_printf(a, "video:%" PRId64 ":%" PRId64, e->video_id, e->now_ms / HOUR_MS),
        .link = link,
        .values = { .who = e->name, .title = e->video_title, .text = e->text },
    };
    return notify(db, a, &n, e->now_ms);
}

static const char *link_of(struct arena *a, const struct event *e)
{
    return comment_path_of(a, e->video_public_id, e->thread, e->id);
}

/* `answered`: the author of what it answers, 0: nobody. */
static enum rc tell_of_new(struct db *db, struct arena *a, const struct event *e, int64_t answered,
                           enum comment_state state)
{
    if (state == COMMENT_HELD)
        return tell(db, a, e, e->owner_id, NOTICE_COMMENT_NEW, "/studio/comments");
    if (answered)
        TRY(tell(db, a, e, answered, NOTICE_COMMENT_REPLY, link_of(a, e)));
    if (answered == e->owner_id)
        return RC_OK;
    return tell(db, a, e, e->owner_id, NOTICE_COMMENT_NEW, link_of(a, e));
}

struct writing {
    struct arena *a;
    const struct comment_new *typed;
    const char *text;
    int64_t now_ms;
    struct comment_written *out;
    struct problem *why;
};

/* What is answered, and below what the answer stands. */
static enum rc find_parent(struct db *db, const struct writing *w, struct comment *answered,
                           struct comment *top)
{
    *answered = *top = (struct comment){ 0 };
    if (!w->typed->parent_id)
        return RC_OK;
    TRY(comment_get(db, w->a, w->typed->parent_id, answered));
    if (answered->video_id != w->typed->video->id || answered->state != COMMENT_SHOWN)
        return RC_NOT_FOUND;
    *top = *answered;
    if (answered->parent_id)
        TRY(comment_get(db, w->a, answered->parent_id, top));
    return top->state == COMMENT_SHOWN ? RC_OK : RC_NOT_FOUND;
}

static enum rc add(struct db *db, const struct writing *w, const struct comment *top)
{
    const struct video *v = w->typed->video;
    struct comment_written *out = w->out;

    TRY(state_for(db, w->a, v->user_id, w->typed->user_id, w->text, &out->state));
    TRY(db_insert(db, &q_add,
                  ARGS(I64(v->id), I64(v->user_id), I64(w->typed->user_id), ID_OR_NULL(top->id),
                       STR(w->text), STR(comment_state_word(out->state)), I64(w->now_ms)),
                  &out->id));
    out->thread = top->id ? top->id : out->id;
    return out->state == COMMENT_SHOWN ? comment_count(db, v->id, top->id, true, 0, 1) : RC_OK;
}

static enum rc write_it(struct db *db, void *arg)
{
    const struct writing *w = arg;
    const struct video *v = w->typed->video;
    struct comment answered, top;
    int64_t closed;

    TRY(count_one(db, w->a, w->typed->user_id, w->now_ms, w->why));
    TRY(refuse_repeat(db, w->a, w->typed->user_id, v->id, 0, w->text, w->now_ms, w->why));
    TRY(comment_lock_video(db, v->id));
    TRY(db_number(db, w->a, &q_closed, ARGS(I64(v->id)), &closed));
    if (closed)
        return refuse(w->why, RC_CONFLICT, NULL,
                      "The creator has closed the comments of this video.");
    enum rc rc = find_parent(db, w, &answered, &top);
    if (rc == RC_NOT_FOUND)
        return refuse(w->why, rc, NULL, "The comment that you answered is gone.");
    TRY(rc);
    TRY(add(db, w, &top));
    const struct event e = { v->public_id,      v->title,   v->id,          v->user_id,
                             w->typed->user_id, w->out->id, w->out->thread, w->typed->user_name,
                             w->text,           w->now_ms };
    return tell_of_new(db, w->a, &e, answered.user_id, w->out->state);
}

enum rc comment_write(struct db *db, struct arena *a, const struct comment_new *typed,
                      int64_t now_ms, struct comment_written *out, struct problem *why)
{
    struct writing w = { a, typed, typed->text, now_ms, out, why };

    TRY(check_text(a, &w.text, why));
    return db_transact(db, write_it, &w);
}

bool comment_may_edit(const struct comment *c, int64_t user_id, int64_t now_ms)
{
    return user_id && c->user_id == user_id && c->state <= COMMENT_HIDDEN &&
           now_ms - c->made_ms < COMMENT_EDIT_MINUTES * MINUTE_MS;
}

struct editing {
    struct arena *a;
    const struct comment *c;
    const char *text;
    int64_t now_ms;
    enum comment_state *state;
};

static enum rc edit(struct db *db, void *arg)
{
    const struct editing *e = arg;
    enum comment_state wanted;

    TRY(comment_lock_video(db, e->c->video_id));
    TRY(state_for(db, e->a, e->c->owner_id, e->c->user_id, e->text, &wanted));
    if (wanted == COMMENT_HELD)
        TRY(comment_hold(db, e->a, e->c->id));
    TRY(db_run(db, &q_edit, ARGS(STR(e->text), I64(e->now_ms), I64(e->c->id)), NULL));
    *e->state = wanted == COMMENT_HELD && e->c->state == COMMENT_SHOWN ? wanted : e->c->state;
    return RC_OK;
}

enum rc comment_edit(struct db *db, struct arena *a, const struct comment *c, int64_t user_id,
                     const char *text, int64_t now_ms, enum comment_state *state,
                     struct problem *why)
{
    struct editing e = { a, c, text, now_ms, state };

    if (c->user_id != user_id)
        return RC_DENIED;
    if (!comment_may_edit(c, user_id, now_ms))
        return refuse(why, RC_CONFLICT, NULL,
                      arena_printf(a,
                                   "A comment can be changed for %d minutes after it was written. "
                                   "You can delete it and write another.",
                                   COMMENT_EDIT_MINUTES));
    TRY(check_text(a, &e.text, why));
    TRY(refuse_repeat(db, a, user_id, c->video_id, c->id, e.text, now_ms, why));
    return db_transact(db, edit, &e);
}

struct liking {
    int64_t id, user_id;
    bool on;
};

static enum rc like(struct db *db, void *arg)
{
    const struct liking *l = arg;
    int64_t changed;

    TRY(db_run(db, l->on ? &q_like : &q_unlike, ARGS(I64(l->id), I64(l->user_id)), &changed));
    return changed ? db_run(db, &q_count_like, ARGS(I64(l->on ? 1 : -1), I64(l->id)), NULL) : RC_OK;
}

enum rc comment_like(struct db *db, struct arena *a, const struct comment *c, int64_t user_id,
                     bool on, int64_t *likes)
{
    struct liking l = { c->id, user_id, on };

    if (c->user_id == user_id)
        return RC_DENIED;
    if (c->state != COMMENT_SHOWN)
        return RC_NOT_FOUND;
    TRY(db_transact(db, like, &l));
    return db_number(db, a, &q_likes, ARGS(I64(c->id)), likes);
}

struct deciding {
    struct arena *a;
    int64_t owner_id, now_ms;
    const int64_t *ids;
    size_t count;
    bool show;
    size_t *n;
};

/* Who was answered hears of it when the answer can be read. */
static enum rc tell_of_shown(struct db *db, const struct deciding *d, const struct comment *c)
{
    const struct event e = { c->video_public_id, c->video_title, c->video_id,
                             c->owner_id,        c->user_id,     c->id,
                             c->parent_id,       c->name,        c->text,
                             d->now_ms };
    struct comment top;

    if (!c->parent_id || c->state != COMMENT_HELD)
        return RC_OK;
    enum rc rc = comment_get(db, d->a, c->parent_id, &top);
    if (rc != RC_OK || top.user_id == c->owner_id)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    return tell(db, d->a, &e, top.user_id, NOTICE_COMMENT_REPLY, link_of(d->a, &e));
}

static enum rc decide_one(struct db *db, const struct deciding *d, int64_t id)
{
    struct comment c;
    bool changed;

    enum rc rc = comment_get(db, d->a, id, &c);
    if (rc != RC_OK || c.owner_id != d->owner_id)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    rc = (d->show ? comment_show : comment_conceal)(db, d->a, id, &changed);
    if (rc != RC_OK || !changed)
        return rc == RC_NOT_FOUND || rc == RC_CONFLICT ? RC_OK : rc;
    ++*d->n;
    return d->show ? tell_of_shown(db, d, &c) : RC_OK;
}

static enum rc decide(struct db *db, void *arg)
{
    const struct deciding *d = arg;

    *d->n = 0;
    for (size_t i = 0; i < d->count; i++)
        TRY(decide_one(db, d, d->ids[i]));
    return RC_OK;
}

enum rc comment_decide(struct db *db, struct arena *a, int64_t owner_id, const int64_t *ids,
                       size_t count, bool show, int64_t now_ms, size_t *n)
{
    struct deciding d = { a, owner_id, now_ms, ids, count, show, n };
    return db_transact(db, decide, &d);
}
