/* The lists of videos that video.h declares. */
#include "app/catalogue/video_item.h"
#include "base/clock.h"
#include "io/rows.h"

#define PAGED " LIMIT ? OFFSET ?"
#define ITEMS                                                                                      \
    "SELECT STRAIGHT_JOIN " ITEM_COLUMNS " FROM video v" ITEM_JOINS " WHERE " ITEM_IS_PUBLIC
#define NEWEST  " ORDER BY v.published_ms DESC, v.id DESC"
#define POPULAR " ORDER BY v.views DESC, v.id DESC"

/* Only the newest rows are scored; `of` is a further condition on them. */
#define HOT(of)                                                                                    \
    "SELECT " ITEM_COLUMNS " FROM (SELECT v.id FROM video v WHERE " ITEM_IS_PUBLIC of NEWEST       \
    " LIMIT ?) recent JOIN video v ON v.id = recent.id" ITEM_JOINS " ORDER BY " ITEM_HEAT          \
    " DESC, v.id DESC" PAGED

STMT(q_hot, &item_shape, HOT(""));
STMT(q_new, &item_shape, ITEMS NEWEST PAGED);
STMT(q_top, &item_shape, ITEMS POPULAR PAGED);
STMT(q_hot_of_category, &item_shape, HOT(" AND v.category_id = ?"));
STMT(q_new_of_category, &item_shape, ITEMS " AND v.category_id = ?" NEWEST PAGED);
STMT(q_top_of_category, &item_shape, ITEMS " AND v.category_id = ?" POPULAR PAGED);
STMT(q_of_channel, &item_shape, ITEMS " AND v.user_id = ?" NEWEST PAGED);
STMT(q_top_of_channel, &item_shape, ITEMS " AND v.user_id = ?" POPULAR PAGED);

/* Videos of a channel and a category, and popular others in case those are few. */
STMT(q_related, &item_shape,
     "SELECT " ITEM_COLUMNS " FROM"
     " ((SELECT v.id FROM video v WHERE " ITEM_IS_PUBLIC " AND v.user_id = ?" NEWEST " LIMIT 25)"
     " UNION (SELECT v.id FROM video v WHERE " ITEM_IS_PUBLIC " AND v.category_id = ?" POPULAR
     " LIMIT 50) UNION (SELECT v.id FROM video v WHERE " ITEM_IS_PUBLIC POPULAR " LIMIT 25))"
     " near JOIN video v ON v.id = near.id" ITEM_JOINS
     " ORDER BY (v.user_id = ? OR v.category_id = ?) DESC,"
     " (" ITEM_POINTS " + 1) * IF(v.user_id = ?, 4, 1) DESC, v.id DESC LIMIT ?");

STMT(q_pick, &item_shape,
     "SELECT STRAIGHT_JOIN " ITEM_COLUMNS " FROM JSON_TABLE(?, '$[*]' COLUMNS"
     " (place FOR ORDINALITY, id BIGINT PATH '$[0]')) k JOIN video v ON v.id = k.id" ITEM_JOINS
     " WHERE " ITEM_IS_PUBLIC " ORDER BY k.place");

#define PAGE_ARGS(page) I64(VIDEO_PAGE + 1), I64((int64_t)(page)*VIDEO_PAGE)

static enum rc hot(struct db *db, struct arena *a, int64_t category_id, size_t page, int64_t now_ms,
                   struct video_list *out)
{
    int64_t hour_ms = now_ms - now_ms % HOUR_MS; /* part of the cache key */

    if (category_id)
        return DB_LIST_CACHED(
            db, a, &q_hot_of_category,
            ARGS(I64(category_id), I64(HOT_RECENT_MAX), I64(hour_ms), PAGE_ARGS(page)), HOT_CACHE_S,
            VIDEO_PAGE + 1, out);
    return DB_LIST_CACHED(db, a, &q_hot, ARGS(I64(HOT_RECENT_MAX), I64(hour_ms), PAGE_ARGS(page)),
                          HOT_CACHE_S, VIDEO_PAGE + 1, out);
}

enum rc video_browse(struct db *db, struct arena *a, int64_t category_id, enum video_order order,
                     size_t page, int64_t now_ms, struct video_list *out)
{
    if (order == ORDER_HOT)
        return hot(db, a, category_id, page, now_ms, out);
    if (category_id)
        return DB_LIST_CACHED(db, a, order == ORDER_NEW ? &q_new_of_category : &q_top_of_category,
                              ARGS(I64(category_id), PAGE_ARGS(page)), LIST_CACHE_S, VIDEO_PAGE + 1,
                              out);
    return DB_LIST_CACHED(db, a, order == ORDER_NEW ? &q_new : &q_top, ARGS(PAGE_ARGS(page)),
                          LIST_CACHE_S, VIDEO_PAGE + 1, out);
}

enum rc video_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                         struct video_list *out)
{
    return DB_LIST_CACHED(db, a, &q_of_channel, ARGS(I64(user_id), PAGE_ARGS(page)), LIST_CACHE_S,
                          VIDEO_PAGE + 1, out);
}

enum rc video_top_of_channel(struct db *db, struct arena *a, int64_t user_id, size_t page,
                             struct video_list *out)
{
    return DB_LIST_CACHED(db, a, &q_top_of_channel, ARGS(I64(user_id), PAGE_ARGS(page)),
                          LIST_CACHE_S, VIDEO_PAGE + 1, out);
}

enum rc video_related(struct db *db, struct arena *a, const struct video *video, size_t max,
                      struct video_list *out)
{
    int64_t user_id = video->user_id, category_id = video->category_id;
    size_t kept = 0;

    /* One row more, for the video itself, so that a channel and category need only one list. */
    TRY(DB_LIST_CACHED(db, a, &q_related,
                       ARGS(I64(user_id), I64(category_id), I64(user_id), I64(category_id),
                            I64(user_id), I64(RELATED_MAX + 1)),
                       HOT_CACHE_S, RELATED_MAX + 1, out));
    for (size_t i = 0; i < out->n; i++)
        if (out->items[i].id != video->id)
            out->items[kept++] = out->items[i];
    out->n = MIN_OF(kept, MIN_OF(max, (size_t)RELATED_MAX));
    return RC_OK;
}

enum rc video_pick(struct db *db, struct arena *a, const int64_t *ids, size_t n,
                   struct video_list *out)
{
    struct rows wanted = { .a = a };

    assert(n <= PICK_MAX);
    *out = (struct video_list){ 0 };
    if (n == 0)
        return RC_OK;
    for (size_t i = 0; i < n; i++)
        rows_addf(&wanted, "%" PRId64, ids[i]);
    return DB_LIST_CACHED(db, a, &q_pick, ARGS(STR(rows_page(&wanted, 0))), LIST_CACHE_S, PICK_MAX,
                          out);
}
