/*
 * category_options: the categories as boxes to tick or entries of a menu.
 */
#ifndef MODELS_CATEGORY_OPTIONS_H
#define MODELS_CATEGORY_OPTIONS_H
#include "web/html.h"

struct category_option {
    const char *slug, *name, *group;
    bool first, last; /* of its group */
    bool chosen;
};
struct category_options {
    struct category_option *items;
    size_t n;
};
#endif
