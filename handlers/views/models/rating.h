/*
 * rating: the answer to a rating.
 */
#ifndef MODELS_RATING_H
#define MODELS_RATING_H
#include "web/html.h"

struct rating_page {
    int64_t likes, dislikes;
    const char *rating;
};

JSON_VIEW(rating, struct rating_page);
#endif
