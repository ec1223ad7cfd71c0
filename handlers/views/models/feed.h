/*
 * feed: an RSS feed.
 */
#ifndef MODELS_FEED_H
#define MODELS_FEED_H
#include "app/catalogue/feed.h"
#include "web/html.h"

struct feed_entry {
    struct feed_item v;
    const char *html; /* its description */
};
struct feed_entries {
    struct feed_entry *items;
    size_t n;
};
struct feed_page {
    const char *site, *site_url, *title, *description;
    const char *link, *self_url, *image_url; /* absolute; image_url may be "" */
    struct feed_entries entries;
    int64_t ttl_minutes, thumb_width, thumb_height;
};

XML_VIEW(feed, struct feed_page);
#endif
