/* Reads the facts of home.h from the database: the member's signals as they are now, everything
 * else through the cache under keys that depend on them. */
#include "app/discovery/home.h"
#include "app/catalogue/video_item.h"
#include "base/conf.h"
#include "io/rows.h"

enum {
    FRESH_MAX = 60,     /* each of followed, latest, hot */
    FOLLOWED_DAYS = 90, /* older videos of a creator are no news */
};

struct fresh {
    int64_t kind, id;
};
struct fresh_list {
    struct fresh *items;
    size_t n;
};
SHAPE(fresh_shape, struct fresh, COLUMN(struct fresh, kind), COLUMN(struct fresh, id));

#define NEWEST " ORDER BY v.published_ms DESC, v.id DESC LIMIT ?)"
STMT(q_fresh, &fresh_shape,
     "SELECT kind, id FROM ("
     "(SELECT 0 AS kind, v.id, v.published_ms AS points FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (id BIGINT PATH '$[0]')) f JOIN video v ON v.user_id = f.id WHERE " ITEM_IS_PUBLIC
     " AND v.published_ms > ?" NEWEST
     " UNION ALL (SELECT 1, v.id, v.published_ms FROM video v WHERE " ITEM_IS_PUBLIC NEWEST
     " UNION ALL (SELECT 2, v.id, " ITEM_HEAT " AS heat FROM (SELECT v.id FROM video v WHERE"
     " ? AND " ITEM_IS_PUBLIC NEWEST " recent JOIN video v ON v.id = recent.id"
     " ORDER BY heat DESC LIMIT ?)) fresh ORDER BY kind, points DESC, id DESC");

/* The ids as rows for a statement. */
static const char *json_of(struct arena *a, const struct taste_ids *ids)
{
    struct rows rows = { .a = a };

    assert(ids->n <= ROWS_PAGE);
    for (size_t i = 0; i < ids->n; i++)
        rows_addf(&rows, "%" PRId64, ids->items[i]);
    return ids->n ? rows_page(&rows, 0) : "[]";
}

/* Read videos of followed creators, the latest ones, and hot ones if there is no list of them. */
static enum rc read_fresh(struct db *db, struct arena *a, struct home_facts *facts)
{
    struct taste_ids *lists[] = { &facts->followed, &facts->latest, &facts->hot };
    int64_t hour_ms = facts->now_ms - facts->now_ms % HOUR_MS; /* part of the cache key */
    bool has_hot = recommend_list(&facts->lists, LIST_HOT, 0).packed.n > 0;
    struct fresh_list fresh;

    TRY(DB_LIST_CACHED(db, a, &q_fresh,
                       ARGS(STR(json_of(a, &facts->taste.follows)),
                            I64(hour_ms - FOLLOWED_DAYS * DAY_MS), I64(FRESH_MAX), I64(FRESH_MAX),
                            I64(hour_ms), I64(!has_hot), I64(HOT_RECENT_MAX), I64(FRESH_MAX)),
                       LIST_CACHE_S, COUNT(lists) * FRESH_MAX, &fresh));
    for (size_t i = 0; i < COUNT(lists); i++)
        *lists[i] = (struct taste_ids){ arena_array(a, int64_t, FRESH_MAX), 0 };
    for (size_t i = 0; i < fresh.n; i++) {
        struct taste_ids *list = lists[fresh.items[i].kind];
        list->items[list->n++] = fresh.items[i].id;
    }
    return RC_OK;
}

SHAPE(home_item_shape, struct home_item, ITEM_FIELDS, COLUMN(struct home_item, seen_before));

STMT(
    q_items, &home_item_shape,
    "SELECT " ITEM_COLUMNS ", ? > 0 AND ("
    "EXISTS (SELECT 1 FROM rating r WHERE r.video_id = v.id AND r.user_id = ?) OR"
    " EXISTS (SELECT 1 FROM not_interested n WHERE n.video_id = v.id AND n.user_id = ?) OR"
    " EXISTS (SELECT 1 FROM watch_position w WHERE w.video_id = v.id AND w.user_id = ? AND"
    " GREATEST(w.position_ms, w.watched_ms) >= ? * v.length_ms)) AS seen_before"
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]')) k JOIN video v ON v.id = k.id" ITEM_JOINS
    " WHERE " ITEM_IS_PUBLIC " ORDER BY v.id");

/* Read the videos. For a member with so many signals that older ones were not read, ask for each
 * video whether they have seen it. */
static enum rc read_items(struct db *db, struct arena *a, struct home_facts *facts)
{
    bool many = facts->taste.signals.n == TASTE_SIGNALS_MAX;
    int64_t user_id = many ? facts->user_id : 0;
    struct taste_ids ids = home_ids(a, facts);

    return DB_LIST_CACHED(db, a, &q_items,
                          ARGS(I64(user_id), I64(user_id), I64(user_id), I64(user_id),
                               F64(TASTE_SEEN_PART), STR(json_of(a, &ids))),
                          LIST_CACHE_S, HOME_ITEMS_MAX, &facts->items);
}

enum rc home_make(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms, struct home *out)
{
    struct home_facts facts = { .user_id = user_id,
                                .now_ms = now_ms,
                                .unproven_percent = conf()->unproven_percent };
    struct list_key keys[LIST_KEYS_MAX];

    *out = (struct home){ .n_categories = 0 };
    if (user_id)
        TRY(taste_read(db, a, user_id, &facts.taste));
    int64_t began_us = clock_monotonic_us();
    home_know(a, &facts);
    size_t n = home_keys(&facts, keys);
    out->merge_us += clock_monotonic_us() - began_us;

    TRY(recommend_lists_cached(db, a, keys, n, facts.taste.list_ms, &facts.lists));
    TRY(read_fresh(db, a, &facts));
    began_us = clock_monotonic_us();
    home_merge(a, &facts);
    out->merge_us += clock_monotonic_us() - began_us;

    TRY(read_items(db, a, &facts));
    began_us = clock_monotonic_us();
    home_shelves(a, &facts, out);
    out->merge_us += clock_monotonic_us() - began_us;
    return RC_OK;
}
