/* What a member's taste means, and what members choose; taste_read.c reads it. */
#include "app/discovery/taste.h"
#include "app/catalogue/video_item.h"
#include "io/rows.h"

/* What a taste means */

static double part_of(int64_t ms, const struct taste_signal *s)
{
    return s->length_ms > 0 ? (double)ms / (double)s->length_ms : 0;
}

bool taste_has_seen(const struct taste_signal *s, int64_t now_ms)
{
    return s->opinion != 0 || s->at_ms > now_ms - TASTE_AGAIN_MS ||
           part_of(MAX_OF(s->position_ms, s->watched_ms), s) >= TASTE_SEEN_PART;
}

const double *taste_weights(struct arena *a, const struct taste *t, const struct reading *how)
{
    double *weights = arena_array(a, double, t->signals.n);

    for (size_t i = 0; i < t->signals.n && t->signals.items[i].at_ms > t->from_ms; i++) {
        const struct taste_signal *s = &t->signals.items[i];
        struct feedback f = { .watched = (float)part_of(s->watched_ms, s),
                              .like = (int8_t)s->opinion };
        weights[i] = (double)feedback_weight(&f, how, i);
    }
    return weights;
}

size_t taste_counted(const struct taste *t, const double *weights)
{
    size_t n = 0;

    for (size_t i = 0; i < t->signals.n; i++)
        n += weights[i] > 0 || weights[i] < 0;
    return n;
}

struct favourites taste_favourites(struct arena *a, const struct taste *t)
{
    static const struct feedback liked = { .like = 1 };
    const struct packed_lists nothing = { NULL, 0 };
    struct reading how = recommend_reading(&nothing);
    const double *weights = taste_weights(a, t, &how);
    size_t n = t->signals.n, all = n + t->chosen.n;
    struct weighed_category *rows = arena_array(a, struct weighed_category, all);

    for (size_t i = 0; i < n; i++)
        rows[i] = (struct weighed_category){ t->signals.items[i].category_id, weights[i] };
    for (size_t i = n; i < all; i++)
        rows[i] = (struct weighed_category){ t->chosen.items[i - n],
                                             (double)feedback_weight(&liked, &how, 0) };
    return favourites_of(a, rows, all);
}

/* What members choose */

STMT(q_asked, NULL,
     "INSERT INTO taste (user_id, asked_ms) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE asked_ms = VALUES(asked_ms)");
STMT(q_choose_none, NULL, "DELETE FROM taste_category WHERE user_id = ?");
STMT(q_choose, NULL, "INSERT IGNORE INTO taste_category (user_id, category_id) VALUES (?, ?)");
STMT(q_less, NULL,
     "INSERT INTO not_interested (user_id, video_id, said_ms) VALUES (?, ?, ?)"
     " ON DUPLICATE KEY UPDATE said_ms = said_ms");
STMT(q_undo, NULL,
     "DELETE n FROM not_interested n JOIN video v ON v.id = n.video_id"
     " WHERE n.user_id = ? AND v.public_id = ?");
STMT(q_reset, NULL,
     "INSERT INTO taste (user_id, from_ms) VALUES (?, ?)"
     " ON DUPLICATE KEY UPDATE from_ms = VALUES(from_ms)");

SHAPE(unwanted_shape, struct unwanted, COLUMN(struct unwanted, public_id),
      COLUMN(struct unwanted, title), COLUMN(struct unwanted, channel_name),
      COLUMN(struct unwanted, channel_handle), COLUMN(struct unwanted, said_ms));
STMT(q_unwanted, &unwanted_shape,
     "SELECT v.public_id, v.title, u.display_name AS channel_name, u.handle AS channel_handle,"
     " n.said_ms FROM not_interested n JOIN video v ON v.id = n.video_id JOIN user u"
     " ON u.id = v.user_id AND u.hidden = 0 WHERE n.user_id = ? AND " ITEM_IS_PUBLIC
     " ORDER BY n.said_ms DESC, n.video_id DESC LIMIT ?");

struct act {
    int64_t user_id, now_ms;
    const char *public_id;
    const int64_t *category_ids;
    size_t n;
};

static enum rc choose(struct db *db, void *arg)
{
    const struct act *act = arg;

    TRY(db_run(db, &q_asked, ARGS(I64(act->user_id), I64(act->now_ms)), NULL));
    TRY(db_run(db, &q_choose_none, ARGS(I64(act->user_id)), NULL));
    for (size_t i = 0; i < act->n; i++)
        TRY(db_run(db, &q_choose, ARGS(I64(act->user_id), I64(act->category_ids[i])), NULL));
    return RC_OK;
}

enum rc taste_choose(struct db *db, int64_t user_id, const int64_t *category_ids, size_t n,
                     int64_t now_ms)
{
    struct act act = { user_id, now_ms, NULL, category_ids, n };

    assert(n <= TASTE_CHOSEN_MAX);
    return db_transact(db, choose, &act);
}

enum rc taste_skip(struct db *db, int64_t user_id, int64_t now_ms)
{
    return db_run(db, &q_asked, ARGS(I64(user_id), I64(now_ms)), NULL);
}

enum rc taste_less(struct db *db, struct arena *a, int64_t user_id, const char *public_id,
                   int64_t now_ms)
{
    struct video v;

    TRY(video_get_for(db, a, public_id, user_id, false, &v));
    return db_run(db, &q_less, ARGS(I64(user_id), I64(v.id), I64(now_ms)), NULL);
}

static enum rc undo(struct db *db, void *arg)
{
    const struct act *act = arg;

    TRY(db_run(db, &q_undo, ARGS(I64(act->user_id), STR(act->public_id)), NULL));
    return recommend_forget(db, act->user_id);
}

enum rc taste_undo(struct db *db, int64_t user_id, const char *public_id)
{
    struct act act = { .user_id = user_id, .public_id = public_id };

    return db_transact(db, undo, &act);
}

static enum rc reset(struct db *db, void *arg)
{
    const struct act *act = arg;

    TRY(db_run(db, &q_reset, ARGS(I64(act->user_id), I64(act->now_ms)), NULL));
    return recommend_forget(db, act->user_id);
}

enum rc taste_reset(struct db *db, int64_t user_id, int64_t now_ms)
{
    struct act act = { .user_id = user_id, .now_ms = now_ms };

    return db_transact(db, reset, &act);
}

enum rc taste_unwanted(struct db *db, struct arena *a, int64_t user_id, struct unwanted_list *out)
{
    return DB_LIST(db, a, &q_unwanted, ARGS(I64(user_id), I64(TASTE_UNWANTED_MAX)),
                   TASTE_UNWANTED_MAX, out);
}

STMT(q_recategorise, NULL,
     "UPDATE IGNORE taste_category t JOIN category c ON c.id = t.category_id"
     " SET t.category_id = c.merged_into WHERE c.merged_into IS NOT NULL");
STMT(q_had_both, NULL,
     "DELETE t FROM taste_category t JOIN category c ON c.id = t.category_id"
     " WHERE c.merged_into IS NOT NULL");

enum rc taste_recategorise(struct db *db)
{
    TRY(db_run(db, &q_recategorise, NO_ARGS, NULL));
    return db_run(db, &q_had_both, NO_ARGS, NULL);
}
