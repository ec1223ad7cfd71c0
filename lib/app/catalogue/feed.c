#include "app/catalogue/feed.h"

#define PUBLIC "v.state = 'ready' AND v.visibility = 'public'"
#define OWNER  " JOIN user u ON u.id = v.user_id AND u.hidden = 0"

SHAPE(item_shape, struct feed_item, COLUMN(struct feed_item, public_id),
      COLUMN(struct feed_item, title), COLUMN(struct feed_item, description),
      COLUMN(struct feed_item, tags), COLUMN(struct feed_item, channel_name),
      COLUMN(struct feed_item, channel_handle), COLUMN(struct feed_item, category),
      COLUMN(struct feed_item, category_slug), COLUMN(struct feed_item, poster_version),
      COLUMN(struct feed_item, seconds), COLUMN(struct feed_item, published_ms));

#define ITEMS                                                                                      \
    "SELECT STRAIGHT_JOIN v.public_id, v.title, v.description, v.tags,"                            \
    " u.display_name AS channel_name, u.handle AS channel_handle, c.name AS category,"             \
    " c.slug AS category_slug, v.poster_version, v.length_ms DIV 1000 AS seconds,"                 \
    " v.published_ms FROM video v" OWNER " JOIN category c ON c.id = v.category_id WHERE " PUBLIC
#define NEWEST " ORDER BY v.published_ms DESC, v.id DESC LIMIT ?"

STMT(q_new, &item_shape, ITEMS NEWEST);
STMT(q_new_of_channel, &item_shape, ITEMS " AND v.user_id = ?" NEWEST);

SHAPE(span_shape, struct span, COLUMN(struct span, number), COLUMN(struct span, changed_ms));

#define SPANS(id)                                                                                  \
    "SELECT (" id                                                                                  \
    " - 1) DIV ? + 1 AS number, MAX(v.published_ms) AS changed_ms FROM video v" OWNER              \
    " WHERE " PUBLIC " GROUP BY number ORDER BY number"

STMT(q_video_spans, &span_shape, SPANS("v.id"));
STMT(q_channel_spans, &span_shape, SPANS("v.user_id"));

SHAPE(video_shape, struct mapped_video, COLUMN(struct mapped_video, public_id),
      COLUMN(struct mapped_video, title), COLUMN(struct mapped_video, description),
      COLUMN(struct mapped_video, poster_version), COLUMN(struct mapped_video, published_ms),
      COLUMN(struct mapped_video, seconds));
STMT(q_videos, &video_shape,
     "SELECT v.public_id, v.title,"
     " IF(v.description = '', v.title, LEFT(v.description, 300)) AS description, v.poster_version,"
     " v.published_ms, IF(v.length_ms DIV 1000 > ?, 0, v.length_ms DIV 1000) AS seconds"
     " FROM video v" OWNER " WHERE v.id > ? AND v.id <= ? AND " PUBLIC " ORDER BY v.id");

SHAPE(channel_shape, struct mapped_channel, COLUMN(struct mapped_channel, handle),
      COLUMN(struct mapped_channel, changed_ms));
STMT(q_channels, &channel_shape,
     "SELECT u.handle, MAX(v.published_ms) AS changed_ms FROM user u"
     " JOIN video v ON v.user_id = u.id AND " PUBLIC
     " WHERE u.id > ? AND u.id <= ? AND u.hidden = 0 GROUP BY u.id, u.handle ORDER BY u.id");

enum rc feed_newest(struct db *db, struct arena *a, int64_t user_id, struct feed_list *out)
{
    if (user_id)
        return DB_LIST_CACHED(db, a, &q_new_of_channel, ARGS(I64(user_id), I64(FEED_MAX)),
                              FEED_CACHE_S, FEED_MAX, out);
    return DB_LIST_CACHED(db, a, &q_new, ARGS(I64(FEED_MAX)), FEED_CACHE_S, FEED_MAX, out);
}

enum rc feed_video_spans(struct db *db, struct arena *a, struct span_list *out)
{
    return DB_LIST_CACHED(db, a, &q_video_spans, ARGS(I64(SITEMAP_SPAN)), SITEMAP_CACHE_S,
                          SITEMAP_PAGES_MAX, out);
}

enum rc feed_channel_spans(struct db *db, struct arena *a, struct span_list *out)
{
    return DB_LIST_CACHED(db, a, &q_channel_spans, ARGS(I64(SITEMAP_SPAN)), SITEMAP_CACHE_S,
                          SITEMAP_PAGES_MAX, out);
}

/* The row ids of a page: above the first argument, up to the second. */
#define SPAN_ARGS(number) I64(((number)-1) * SITEMAP_SPAN), I64((number)*SITEMAP_SPAN)

enum rc feed_videos(struct db *db, struct arena *a, int64_t number, struct mapped_videos *out)
{
    TRY(DB_LIST(db, a, &q_videos, ARGS(I64(SITEMAP_SECONDS_MAX), SPAN_ARGS(number)), SITEMAP_SPAN,
                out));
    return out->n ? RC_OK : RC_NOT_FOUND;
}

enum rc feed_channels(struct db *db, struct arena *a, int64_t number, struct mapped_channels *out)
{
    TRY(DB_LIST(db, a, &q_channels, ARGS(SPAN_ARGS(number)), SITEMAP_SPAN, out));
    return out->n ? RC_OK : RC_NOT_FOUND;
}
