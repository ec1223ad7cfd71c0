/*
 * feed: what other programs are told about the library: feeds of the newest videos, and the site
 * map of everything that search engines may list. Only public and ready videos of members who are
 * not blocked are in them.
 *
 * A page of the site map covers SITEMAP_SPAN row ids. So it is one range of a primary key however
 * large the table is, its entries stay on it, and with at most SITEMAP_SPAN entries it is far below
 * the 50,000 entries and 50 MB that the protocol allows.
 *
 * Ownership  strings and lists live in the caller's arena.
 * Errors     as in io/db.h.
 * Tables     none; reads video, user, category.
 */
#ifndef CATALOGUE_FEED_H
#define CATALOGUE_FEED_H
#include "io/db.h"

enum {
    FEED_MAX = 50,
    FEED_CACHE_S = 60,
    SITEMAP_SPAN = 2000,
    SITEMAP_PAGES_MAX = 9999, /* of each kind; the protocol allows 50,000 in an index */
    SITEMAP_CACHE_S = 600,
    SITEMAP_SECONDS_MAX = 28800, /* longest duration that the protocol allows */
};

struct feed_item {
    const char *public_id, *title, *description, *tags;
    const char *channel_name, *channel_handle, *category, *category_slug;
    int64_t poster_version, seconds, published_ms;
};
struct feed_list {
    struct feed_item *items;
    size_t n;
};

/* The FEED_MAX newest videos of a member, or of all (user_id 0), newest first. From the cache, up
 * to FEED_CACHE_S old. */
MUST_USE enum rc feed_newest(struct db *db, struct arena *a, int64_t user_id,
                             struct feed_list *out);

/* The pages of the site map that have entries; number: from 1. From the cache, up to
 * SITEMAP_CACHE_S old. */
struct span {
    int64_t number, changed_ms; /* when its newest video was published */
};
struct span_list {
    struct span *items;
    size_t n;
};
MUST_USE enum rc feed_video_spans(struct db *db, struct arena *a, struct span_list *out);
MUST_USE enum rc feed_channel_spans(struct db *db, struct arena *a, struct span_list *out);

/* The videos of one page. RC_NOT_FOUND: it has none. */
struct mapped_video {
    const char *public_id, *title;
    const char *description; /* its beginning, or the title if there is none */
    int64_t poster_version, published_ms;
    int64_t seconds; /* 0 above SITEMAP_SECONDS_MAX */
};
struct mapped_videos {
    struct mapped_video *items;
    size_t n;
};
MUST_USE enum rc feed_videos(struct db *db, struct arena *a, int64_t number,
                             struct mapped_videos *out);

/* The channels of one page: members who have published something. RC_NOT_FOUND: it has none. */
struct mapped_channel {
    const char *handle;
    int64_t changed_ms;
};
struct mapped_channels {
    struct mapped_channel *items;
    size_t n;
};
MUST_USE enum rc feed_channels(struct db *db, struct arena *a, int64_t number,
                               struct mapped_channels *out);
#endif
