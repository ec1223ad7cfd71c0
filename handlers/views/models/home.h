/*
 * home: the home page, on which no video appears twice. For members recommendations, for others the
 * offer.
 */
#ifndef MODELS_HOME_H
#define MODELS_HOME_H
#include "views/models/card.h"
#include "views/models/category_menu.h"
#include "views/models/category_options.h"
#include "views/models/frame.h"

struct home_row {
    const char *id, *title;      /* id: of its heading */
    const char *more_url, *more; /* a link after the title and its text, or "" */
    const char *of_what;         /* ... what screen readers add to its text */
    const char *slug;            /* of its category */
    struct card_list videos;
};
struct home_rows {
    struct home_row *items;
    size_t n;
};
struct home_page {
    struct frame frame;
    struct category_menu menu;
    struct card_list shown; /* what the offer shows of the library; then not in the rows */
    struct home_row for_you, unfinished, followed, popular, latest;
    struct home_rows favourites; /* one for each favourite category */
    bool is_empty;               /* the site has no video */
    bool seen_all; /* it has some, but this member has seen all new and popular ones */
    bool ask;      /* whether to ask which categories they like */
    struct category_options choices;
    const char *undo; /* the video that was just removed, or "" */
    const char *currency;
    int64_t price_minor;
};

HTML_VIEW(home, struct home_page);
JSON_VIEW(home, struct home_page);
#endif
