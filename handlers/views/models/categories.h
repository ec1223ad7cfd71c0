/*
 * categories: the categories of videos, as operators change them.
 */
#ifndef MODELS_CATEGORIES_H
#define MODELS_CATEGORIES_H
#include "app/catalogue/category.h"
#include "views/models/frame.h"

struct category_section {
    struct category_group group;
    struct category_list categories;
};
struct category_sections {
    struct category_section *items;
    size_t n;
};

/* What was typed is shown again after a refusal. */
struct categories_page {
    struct frame frame;
    struct problem why;
    struct category_sections sections;
    const char *name, *slug, *group, *position, *reason;
};

struct category_page {
    struct frame frame;
    struct problem why;
    struct category category;
    const char *name, *slug, *group, *position, *reason;
    struct category_group_list groups;
    struct category_list others; /* into which it can be merged */
    bool stays;                  /* it cannot be merged */
};

HTML_VIEW(categories, struct categories_page);
JSON_VIEW(categories, struct categories_page);
HTML_VIEW(category, struct category_page);
JSON_VIEW(category, struct category_page);
#endif
