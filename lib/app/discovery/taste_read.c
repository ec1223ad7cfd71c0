/* Reads a member's taste from the database. The signals are many but change little, so they stay in
 * the cache, and one statement tells whether they are still current. */
#include "app/discovery/taste.h"
#include "io/cache.h"

/* The kinds of rows, in the order in which they are returned. */
enum { SIGNAL, FOLLOW, CHOSEN, FROM, ASKED, LISTED };

struct row {
    int64_t kind, id, creator_id, category_id, opinion, position_ms, watched_ms, length_ms, at_ms;
    int64_t stamp; /* of a signal */
};
SHAPE(row_shape, struct row, COLUMN(struct row, kind), COLUMN(struct row, id),
      COLUMN(struct row, creator_id), COLUMN(struct row, category_id), COLUMN(struct row, opinion),
      COLUMN(struct row, position_ms), COLUMN(struct row, watched_ms),
      COLUMN(struct row, length_ms), COLUMN(struct row, at_ms), COLUMN(struct row, stamp));

#define LATEST(columns, table, time)                                                               \
    "(SELECT " columns time " AS at_ms FROM " table " WHERE user_id = ? ORDER BY " time            \
    " DESC LIMIT ?)"
#define FACT(kind, id, at, from)                                                                   \
    " UNION ALL (SELECT " kind ", " id ", 0, 0, 0, 0, 0, 0, " at ", 0" from

/* The stamp is the sum of the signals' times: a new event is always later than the one it replaces,
 * so other signals have another stamp. If it equals the stamp passed there are no rows of signals;
 * else there is at least one, with id 0 if there is no signal. */
STMT(
    q_taste, &row_shape,
    /* clang-format off */
    "(SELECT 0 AS kind, s.id, s.creator_id, s.category_id, s.opinion, s.position_ms, s.watched_ms,"
    " s.length_ms, s.at_ms, now.stamp"
    " FROM (SELECT CAST(COALESCE(SUM(at_ms), 0) AS SIGNED) AS stamp FROM ("
     LATEST("", "rating", "rated_ms") " UNION ALL "
     LATEST("", "watch_position", "updated_ms") " UNION ALL "
     LATEST("", "not_interested", "said_ms")
    ") times) now LEFT JOIN (SELECT v.id, v.user_id AS creator_id, v.category_id, s.opinion,"
    " s.position_ms, s.watched_ms, v.length_ms, s.at_ms FROM (SELECT video_id,"
    " IF(MIN(said) < 0, -1, MAX(said)) AS opinion, MAX(position_ms) AS position_ms,"
    " MAX(watched_ms) AS watched_ms, MAX(at_ms) AS at_ms FROM ("
     LATEST("video_id, value AS said, 0 AS position_ms, 0 AS watched_ms, ", "rating", "rated_ms")
     " UNION ALL "
     LATEST("video_id, 0, position_ms, watched_ms, ", "watch_position", "updated_ms") " UNION ALL "
     LATEST("video_id, -1, 0, 0, ", "not_interested", "said_ms")
    ") said GROUP BY video_id ORDER BY at_ms DESC LIMIT ?) s JOIN video v ON v.id = s.video_id) s"
    " ON TRUE WHERE now.stamp <> ?)"
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

/* The signals from the cache, and their stamp; *stamp is 0 if they are not there. */
static struct taste_signals kept(struct arena *a, const char *user, int64_t *stamp)
{
    const size_t each = sizeof(struct taste_signal);
    struct taste_signals signals = { NULL, 0 };
    char *data;
    size_t bytes;

    *stamp = 0;
    if (!cache_get(a, "taste", user, &data, &bytes) || bytes < sizeof(*stamp) ||
        (bytes - sizeof(*stamp)) % each)
        return signals;
    memcpy(stamp, data, sizeof(*stamp));
    signals.n = (bytes - sizeof(*stamp)) / each;
    signals.items = arena_array(a, struct taste_signal, signals.n);
    if (signals.n)
        memcpy(signals.items, data + sizeof(*stamp), signals.n * each);
    return signals;
}

static void keep(struct arena *a, const char *user, int64_t stamp, const struct taste_signals *s)
{
    size_t bytes = s->n * sizeof(*s->items);
    char *data = arena_alloc(a, sizeof(stamp) + bytes);

    memcpy(data, &stamp, sizeof(stamp));
    if (bytes)
        memcpy(data + sizeof(stamp), s->items, bytes);
    cache_set("taste", user, data, sizeof(stamp) + bytes, TASTE_CACHE_S);
}

static struct taste_signal signal_of(const struct row *r)
{
    return (struct taste_signal){ r->id,          r->creator_id, r->category_id, r->opinion,
                                  r->position_ms, r->watched_ms, r->length_ms,   r->at_ms };
}

static void add(struct taste *t, const struct row *r)
{
    if (r->kind == SIGNAL && r->id)
        t->signals.items[t->signals.n++] = signal_of(r);
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
    const char *user = arena_printf(a, "%" PRId64, user_id);
    const struct arg me = I64(user_id), max = I64(TASTE_SIGNALS_MAX);
    struct rows_read rows;
    int64_t stamp;
    struct taste_signals signals = kept(a, user, &stamp);

    TRY(DB_LIST(db, a, &q_taste,
                ARGS(me, max, me, max, me, max, me, max, me, max, me, max, max, I64(stamp), me,
                     I64(TASTE_FOLLOWS_MAX), me, me, me, I64(LIST_MEMBER), me),
                DB_ROWS_MAX, &rows));
    *out = (struct taste){
        .signals = { arena_array(a, struct taste_signal, rows.n), 0 },
        .follows = { arena_array(a, int64_t, rows.n), 0 },
        .chosen = { arena_array(a, int64_t, rows.n), 0 },
    };
    for (size_t i = 0; i < rows.n; i++)
        add(out, &rows.items[i]);
    if (rows.n && rows.items[0].kind == SIGNAL)
        keep(a, user, rows.items[0].stamp, &out->signals);
    else
        out->signals = signals;
    return RC_OK;
}
