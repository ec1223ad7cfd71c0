/*
 * embed: a video in a frame on another site.
 */
#ifndef MODELS_EMBED_H
#define MODELS_EMBED_H
#include "web/html.h"

struct embed_page {
    const char *site, *site_url;
    const char *title; /* "": there is no such video, or not everybody may see it */
    const char *watch_url, *channel_name, *channel_url, *poster_url;
    const char *preview_url; /* "" when there is none */
    int64_t length_ms, preview_seconds;
    bool noindex;
};

HTML_VIEW(embed, struct embed_page);
JSON_VIEW(embed, struct embed_page);
#endif
