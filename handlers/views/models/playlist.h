/*
 * playlist: one playlist. Entries that are no longer available have only an id.
 */
#ifndef MODELS_PLAYLIST_H
#define MODELS_PLAYLIST_H
#include "views/models/card.h"
#include "views/models/frame.h"
#include "views/models/pager.h"
#include "views/models/playlist_fields.h"
#include "web/html.h"

struct playlist_row {
    struct card card;
    bool shown;
    int64_t number; /* from 1 */
};
struct playlist_rows {
    struct playlist_row *items;
    size_t n;
};
struct playlist_page {
    struct frame frame;
    struct problem why;
    const char *id, *title, *description_text, *owner_name, *owner_handle;
    enum visibility visibility;
    struct html description;
    bool own, later;
    int64_t video_count, changed_ms;
    const char *first_id; /* the video that plays first, or "" */
    struct playlist_rows rows;
    int64_t first_number; /* of the rows */
    struct playlist_fields fields;
    struct pager pager;
};

HTML_VIEW(playlist, struct playlist_page);
JSON_VIEW(playlist, struct playlist_page);
HTML_VIEW(playlist_edit, struct playlist_page);
JSON_VIEW(playlist_edit, struct playlist_page);
#endif
