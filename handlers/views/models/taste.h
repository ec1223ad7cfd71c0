/*
 * taste: what recommendations are based on, and what a member can do about them.
 */
#ifndef MODELS_TASTE_H
#define MODELS_TASTE_H
#include "app/discovery/taste.h"
#include "views/models/category_options.h"
#include "views/models/frame.h"

struct favourite_row {
    const char *name;
    int64_t percent;
    bool chosen;
};
struct favourite_rows {
    struct favourite_row *items;
    size_t n;
};
struct break_row {
    int64_t minutes;
    bool chosen;
};
struct break_rows {
    struct break_row *items;
    size_t n;
};
struct taste_page {
    struct frame frame;
    struct problem why;
    struct favourite_rows favourites;
    struct category_options choices;
    struct unwanted_list unwanted;
    struct break_rows breaks;
    int64_t from_ms, max_chosen, unproven_percent;
};

HTML_VIEW(taste, struct taste_page);
JSON_VIEW(taste, struct taste_page);
#endif
