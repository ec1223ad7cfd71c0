/*
 * suggest: suggestions for what is being typed into the search box.
 */
#ifndef MODELS_SUGGEST_H
#define MODELS_SUGGEST_H
#include "web/html.h"

struct suggestion_row {
    const char *kind; /* words, channel or video */
    const char *text, *url;
};
struct suggestion_rows {
    struct suggestion_row *items;
    size_t n;
};
struct suggest_page {
    struct suggestion_rows suggestions;
};

JSON_VIEW(suggest, struct suggest_page);
#endif
