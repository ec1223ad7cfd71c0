/*
 * video_item: reading a struct video_item; shared by the files that list videos.
 *
 *   "SELECT " ITEM_COLUMNS " FROM video v" ITEM_JOINS " WHERE v.user_id = ? AND " ITEM_IS_PUBLIC
 */
#ifndef CATALOGUE_VIDEO_ITEM_H
#define CATALOGUE_VIDEO_ITEM_H
#include "app/catalogue/video.h"

/* The fields that ITEM_COLUMNS fills, also of a struct that begins with a struct video_item. */
#define ITEM_FIELDS                                                                                \
    COLUMN(struct video_item, id), COLUMN(struct video_item, user_id),                             \
        COLUMN(struct video_item, public_id), COLUMN(struct video_item, title),                    \
        COLUMN(struct video_item, channel_name), COLUMN(struct video_item, channel_handle),        \
        COLUMN(struct video_item, channel_avatar_key), COLUMN(struct video_item, category),        \
        COLUMN(struct video_item, category_slug), COLUMN(struct video_item, category_id),          \
        COLUMN(struct video_item, poster_version), COLUMN(struct video_item, length_ms),           \
        COLUMN(struct video_item, views), COLUMN(struct video_item, likes),                        \
        COLUMN(struct video_item, dislikes), COLUMN(struct video_item, published_ms)
SHAPE(item_shape, struct video_item, ITEM_FIELDS);

#define ITEM_COLUMNS                                                                                                               \
    "v.id, v.user_id, v.public_id, v.title, u.display_name AS channel_name,"                                                       \
    " u.handle AS channel_handle, u.avatar_key AS channel_avatar_key, c.name AS category, c.slug AS category_slug, v.category_id," \
    " v.poster_version, v.length_ms, v.views, v.likes, v.dislikes, v.published_ms"
#define ITEM_JOINS                                                                                 \
    " JOIN user u ON u.id = v.user_id AND u.hidden = 0 JOIN category c ON c.id = v.category_id"
#define ITEM_IS_PUBLIC "v.state = 'ready' AND v.visibility = 'public'"

/* The points of a video, regardless of its age. */
#define ITEM_POINTS "(v.views + 10 * v.likes - 10 * v.dislikes)"

/* How hot a video is at the time of the argument (UTC ms). Points fall with age as in the ranking
 * of Hacker News, but by days instead of hours. */
#define ITEM_HEAT "(" ITEM_POINTS " + 1) / POW(GREATEST(? - v.published_ms, 0) / 86400000 + 2, 1.5)"
#endif
