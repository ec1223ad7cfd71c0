/*
 * category_menu: links to the categories, group by group.
 */
#ifndef MODELS_CATEGORY_MENU_H
#define MODELS_CATEGORY_MENU_H
#include "web/html.h"

struct category_link {
    const char *url, *name, *group;
    bool current;
    bool first, last; /* of its group */
};
struct category_links {
    struct category_link *items;
    size_t n;
};
struct category_menu {
    bool all; /* the page shows all videos: the menu stands open where there is room */
    struct category_links links;
};
#endif
