/*
 * following: the creators whom a member follows, and what they publish.
 */
#ifndef MODELS_FOLLOWING_H
#define MODELS_FOLLOWING_H
#include "views/models/card.h"
#include "views/models/frame.h"
#include "views/models/pager.h"

struct following_page {
    struct frame frame;
    struct card_list videos;
    struct pager pager;
};

HTML_VIEW(following, struct following_page);
JSON_VIEW(following, struct following_page);
#endif
