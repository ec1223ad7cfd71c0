/*
 * card: one video in a list.
 */
#ifndef MODELS_CARD_H
#define MODELS_CARD_H
#include "web/html.h"

struct card {
    const char *id, *title, *poster_url;
    const char *channel_name, *channel_handle, *channel_avatar_url; /* the last may be "" */
    const char *category, *category_slug;
    const char *ago; /* "3 days ago" */
    int64_t length_ms, views, published_ms;
    int64_t seen_percent; /* how far the member got, 0 to 100 */

    /* For a row of recommendations; elsewhere "" or NULL, and false. */
    const char *why, *why_code,
        *because;     /* in words; in one; the id of the video that spoke for it */
    bool is_unproven; /* few members have seen it yet */
};
struct card_list {
    struct card *items;
    size_t n;
};
#endif
