/*
 * studio_row: one of a creator's own videos, in the list of the studio.
 */
#ifndef MODELS_STUDIO_ROW_H
#define MODELS_STUDIO_ROW_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct studio_row {
    const char *id, *title, *poster_url;
    enum visibility visibility;
    enum video_state state;
    const char *error; /* why processing failed, in words, or "" */
    bool working;      /* it is being processed, even if it can be watched already */
    int64_t percent;   /* of processing */
    int64_t length_ms, views, likes, created_ms;
    int64_t shown, opened; /* on home pages; opened: from there */
};
struct studio_rows {
    struct studio_row *items;
    size_t n;
};
#endif
