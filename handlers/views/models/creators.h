/*
 * creators: the creators whom a member follows.
 */
#ifndef MODELS_CREATORS_H
#define MODELS_CREATORS_H
#include "views/models/frame.h"
#include "views/models/pager.h"

struct creator_row {
    const char *handle, *name, *avatar_url, *latest; /* latest: "3 days ago", or "" */
    int64_t videos;
};
struct creator_rows {
    struct creator_row *items;
    size_t n;
};
struct creators_page {
    struct frame frame;
    int64_t all;
    struct creator_rows creators;
    struct pager pager;
};

HTML_VIEW(creators, struct creators_page);
JSON_VIEW(creators, struct creators_page);
#endif
