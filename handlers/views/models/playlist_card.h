/*
 * playlist_card: playlists as cards.
 */
#ifndef MODELS_PLAYLIST_CARD_H
#define MODELS_PLAYLIST_CARD_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct playlist_card {
    const char *id, *title, *poster_url;
    enum visibility visibility;
    const char *ago; /* when it was last changed */
    bool later;
    int64_t videos, changed_ms;
};
struct playlist_cards {
    struct playlist_card *items;
    size_t n;
};
#endif
