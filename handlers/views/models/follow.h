/*
 * follow: the answer after following or unfollowing a creator.
 */
#ifndef MODELS_FOLLOW_H
#define MODELS_FOLLOW_H
#include "web/html.h"

struct follow_page {
    bool followed;
    const char *follow; /* on or off, as in a form */
    int64_t followers;
};

JSON_VIEW(follow, struct follow_page);
#endif
