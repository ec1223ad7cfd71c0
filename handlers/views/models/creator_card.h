/*
 * creator_card: creators that a search found.
 */
#ifndef MODELS_CREATOR_CARD_H
#define MODELS_CREATOR_CARD_H
#include "web/html.h"

struct creator_card {
    const char *handle, *name, *avatar_url;
    int64_t videos, followers;
};
struct creator_cards {
    struct creator_card *items;
    size_t n;
};
#endif
