/*
 * browse: all videos, or those of one category.
 */
#ifndef MODELS_BROWSE_H
#define MODELS_BROWSE_H
#include "views/models/card.h"
#include "views/models/category_menu.h"
#include "views/models/frame.h"
#include "views/models/pager.h"

struct browse_page {
    struct frame frame;
    struct category_menu menu;
    const char *category, *category_slug; /* "" for all */
    const char *sort;                     /* hot, new or top */
    const char *hot_url, *new_url, *top_url;
    struct card_list videos;
    struct pager pager;
};

HTML_VIEW(browse, struct browse_page);
JSON_VIEW(browse, struct browse_page);
#endif
