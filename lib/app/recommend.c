#include "app/recommend.h"
#include "io/rows.h"

SHAPE(list_shape, struct packed_list, COLUMN(struct packed_list, kind),
      COLUMN(struct packed_list, id), COLUMN(struct packed_list, made_ms),
      COLUMN(struct packed_list, packed));
STMT(q_lists, &list_shape,
     "SELECT l.kind, l.id, l.made_ms, l.packed FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (kind INT PATH '$[0]', id BIGINT PATH '$[1]')) k"
     " JOIN reco_list l ON l.kind = k.kind AND l.id = k.id ORDER BY l.kind, l.id");
STMT(q_forget, NULL, "DELETE FROM reco_list WHERE kind = ? AND id = ?");

/* The stamp is for the key in the cache; the statement does not look at it. */
static const char *json_of(struct arena *a, const struct list_key *keys, size_t n, int64_t stamp)
{
    struct rows wanted = { .a = a };

    assert(n <= LIST_KEYS_MAX);
    for (size_t i = 0; i < n; i++)
        rows_addf(&wanted, "%d,%" PRId64 ",%" PRId64, (int)keys[i].kind, keys[i].id, stamp);
    return n ? rows_page(&wanted, 0) : "[]";
}

enum rc recommend_lists(struct db *db, struct arena *a, const struct list_key *keys, size_t n,
                        struct packed_lists *out)
{
    return DB_LIST(db, a, &q_lists, ARGS(STR(json_of(a, keys, n, 0))), LIST_KEYS_MAX, out);
}

enum rc recommend_lists_cached(struct db *db, struct arena *a, const struct list_key *keys,
                               size_t n, int64_t stamp, struct packed_lists *out)
{
    return DB_LIST_CACHED(db, a, &q_lists, ARGS(STR(json_of(a, keys, n, stamp))), LISTS_CACHE_S,
                          LIST_KEYS_MAX, out);
}

struct packed_list recommend_list(const struct packed_lists *lists, enum list_kind kind, int64_t id)
{
    for (size_t i = 0; i < lists->n; i++)
        if (lists->items[i].kind == kind && lists->items[i].id == id)
            return lists->items[i];
    return (struct packed_list){ .kind = kind, .id = id };
}

struct reading recommend_reading(const struct packed_lists *lists)
{
    struct packed_list list = recommend_list(lists, LIST_READING, 0);
    struct reading how = { .partly = 0.3f, .against = -0.3f, .half_life = 20, .least = 0.1f };

    if (list.packed.n == sizeof(how))
        memcpy(&how, list.packed.at, sizeof(how));
    return how;
}

enum rc recommend_forget(struct db *db, int64_t user_id)
{
    return db_run(db, &q_forget, ARGS(I64(LIST_MEMBER), I64(user_id)), NULL);
}
