/*
 * search: the page of a search and its filters. A filter is a field of the query with its values,
 * the first of which is "".
 */
#ifndef MODELS_SEARCH_H
#define MODELS_SEARCH_H
#include "views/models/card.h"
#include "views/models/chip.h"
#include "views/models/creator_card.h"
#include "views/models/frame.h"
#include "views/models/pager.h"

struct filter_option {
    const char *value, *name;
    bool chosen;
    const char *group; /* a group that begins with this one, or "" */
    bool last;         /* of its group */
};
struct filter_options {
    struct filter_option *items;
    size_t n;
};
struct filter {
    const char *field, *label;
    struct filter_options options;
};
struct filter_list {
    struct filter *items;
    size_t n;
};
struct search_page {
    struct frame frame;
    struct problem why;
    const char *query;             /* "" when nothing was searched for yet */
    bool close;                    /* no video has all words; these come close */
    bool some;                     /* ... and none has all of `instead` either */
    const char *instead;           /* what was searched for instead, or "" */
    const char *meant, *meant_url; /* a query that would find more, or "" */
    struct filter_list filters;    /* category, length, date, sort */
    struct chip_list chosen;       /* the filters in force; url: the same search without this one */
    bool filtered;                 /* some of them leave videos out */
    const char *unfiltered_url;
    bool has_results; /* ... or could have, without filters: it has a heading */
    const char *first_url;
    struct creator_cards creators;
    struct card_list videos, popular; /* popular: when there is nothing else to show */
    struct pager pager;
};

HTML_VIEW(search, struct search_page);
JSON_VIEW(search, struct search_page);
#endif
