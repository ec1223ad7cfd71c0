/*
 * channel: what one member published, and whether the viewer follows that member. `part` says which
 * page of the channel it is: "" for the first, videos or playlists.
 */
#ifndef MODELS_CHANNEL_H
#define MODELS_CHANNEL_H
#include "views/models/card.h"
#include "views/models/frame.h"
#include "views/models/pager.h"
#include "views/models/playlist_card.h"
#include "web/html.h"

struct channel_row { /* the first videos of a playlist */
    const char *id, *title, *first_id;
    int64_t videos;
    struct card_list cards;
};
struct channel_rows {
    struct channel_row *items;
    size_t n;
};
struct channel_page {
    struct frame frame;
    const char *handle, *name, *avatar_url, *about_text;
    struct html about;
    int64_t video_count, followers, since_ms;
    bool own, followed;
    const char *part;
    struct card_list videos;  /* on the first page: the newest */
    struct card_list popular; /* on the first page, when there is more than one row */
    struct channel_rows rows;
    const char *sort;            /* for part videos: new or popular */
    struct playlist_cards lists; /* for part playlists */
    struct pager pager;
};

HTML_VIEW(channel, struct channel_page);
JSON_VIEW(channel, struct channel_page);
HTML_VIEW(channel_playlists, struct channel_page);
JSON_VIEW(channel_playlists, struct channel_page);
HTML_VIEW(channel_videos, struct channel_page);
JSON_VIEW(channel_videos, struct channel_page);
#endif
