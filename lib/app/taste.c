#include "app/taste.h"
#include "app/video_item.h"
#include "io/rows.h"

/* Reading: one kind of rows after the other. */
enum { SIGNAL, FOLLOW, CHOSEN, FROM, ASKED, LISTED };

struct row {
    int64_t kind, id, creator_id, category_id, opinion, position_ms, watched_ms, length_ms, at_ms;
};
SHAPE(row_shape, struct row, COLUMN(struct row, kind), COLUMN(struct row, id),
      COLUMN(struct row, creator_id), COLUMN(struct row, category_id), COLUMN(struct row, opinion),
      COLUMN(struct row, position_ms), COLUMN(struct row, watched_ms),
      COLUMN(struct row, length_ms), COLUMN(struct row, at_ms));

#define LATEST(columns, table, time)                                                               \
    "(SELECT video_id, " columns ", " time " AS at_ms FROM " table                                 \
    " WHERE user_id = ? ORDER BY " time " DESC LIMIT ?)"
#define FACT(kind, id, at, from) " UNION ALL (SELECT " kind ", " id ", 0, 0, 0, 0, 0, 0, " at from

STMT(
    q_taste, &row_shape,
    "(SELECT 0 AS kind, v.id, v.user_id AS creator_id, v.category_id, s.opinion, s.position_ms,"
    " s.watched_ms, v.length_ms, s.at_ms FROM (SELECT video_id,"
    " IF(MIN(said) < 0, -1, MAX(said)) AS opinion, MAX(position_ms) AS position_ms,"
    " MAX(watched_ms) AS watched_ms, MAX(at_ms) AS at_ms FROM ("
    /* clang-format off */
     LATEST("value AS said, 0 AS position_ms, 0 AS watched_ms", "rating", "rated_ms") " UNION ALL "
     LATEST("0, position_ms, watched_ms", "watch_position", "updated_ms") " UNION ALL "
     LATEST("-1, 0, 0", "not_interested", "said_ms")
     ") said GROUP BY video_id ORDER BY at_ms DESC LIMIT ?) s JOIN video v ON v.id = s.video_id)"
     FACT("1", "channel_id", "since_ms",
          " FROM follow WHERE user_id = ? ORDER BY since_ms DESC LIMIT ?)")
     FACT("2", "category_id", "0", " FROM taste_category WHERE user_id = ?)")
     FACT("3", "0", "from_ms", " FROM taste WHERE user_id = ?)")
     FACT("4", "0", "asked_ms", " FROM taste WHERE user_id = ?)")
     FACT("5", "0", "made_ms", " FROM reco_list WHERE kind = ? AND id = ?)")
    /* clang-format on */
    " ORDER BY kind, at_ms DESC, id DESC");

struct rows_read {
    struct row *items;
    size_t n;
};

static void add(struct taste *t, const struct row *r)
{
    if (r->kind == SIGNAL)
        t->signals.items[t->signals.n++] = (struct taste_signal){ r->id,          r->creator_id,
                                                                  r->category_id, r->opinion,
                                                                  r->position_ms, r->watched_ms,
                                                                  r->length_ms,   r->at_ms };
    else if (r->kind == FOLLOW)
        t->follows.items[t->follows.n++] = r->id;
    else if (r->kind == CHOSEN)
        t->chosen.items[t->chosen.n++] = r->id;
    else if (r->kind == FROM)
        t->from_ms = r->at_ms;
    else if (r->kind == ASKED)
        t->asked_ms = r->at_ms;
    else if (r->kind == LISTED)
        t->list_ms = r->at_ms;
}

enum rc taste_read(struct db *db, struct arena *a, int64_t user_id, struct taste *out)
{
    const int64_t max = TASTE_SIGNALS_MAX;
    struct rows_read rows;

    TRY(DB_LIST(db, a, &q_taste,
                ARGS(I64(user_id), I64(max), I64(user_id), I64(max), I64(user_id), I64(max),
                     I64(max), I64(user_id), I64(TASTE_FOLLOWS_MAX), I64(user_id), I64(user_id),
                     I64(user_id), I64(LIST_MEMBER), I64(user_id)),
                DB_ROWS_MAX, &rows));
    *out = (struct taste){
        .signals = { arena_array(a, struct taste_signal, rows.n), 0 },
        .follows = { arena_array(a, int64_t, rows.n), 0 },
        .chosen = { arena_array(a, int64_t, rows.n), 0 },
    };
    for (size_t i = 0; i < rows.n; i++)
        add(out, &rows.items[i]);
    return RC_OK;
}

/* What it means */

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

/* What they say */

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
     " ON u.id = v.user_id AND u.blocked = 0 WHERE n.user_id = ? AND " ITEM_IS_PUBLIC
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
