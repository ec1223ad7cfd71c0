/*
 * playlists: the viewer's own playlists.
 */
#ifndef MODELS_PLAYLISTS_H
#define MODELS_PLAYLISTS_H
#include "views/models/frame.h"
#include "views/models/pager.h"
#include "views/models/playlist_card.h"
#include "views/models/playlist_fields.h"

struct playlists_page {
    struct frame frame;
    struct problem why;
    bool typing; /* the form for a new one is open */
    struct playlist_fields fields;
    struct playlist_cards lists;
    struct pager pager;
};

HTML_VIEW(playlists, struct playlists_page);
JSON_VIEW(playlists, struct playlists_page);
#endif
