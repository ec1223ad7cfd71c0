/*
 * follow: the answer after following a creator, or after ending that.
 */
#ifndef MODELS_FOLLOW_H
#define MODELS_FOLLOW_H
#include "web/html.h"

struct follow_page {
    bool followed;
    const char *follow; /* on or off: the same as a form says it */
    int64_t followers;
};

JSON_VIEW(follow, struct follow_page);
#endif
