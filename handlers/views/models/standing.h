/*
 * standing: how the viewer's subscription stands, in one sentence with one date; filled by
 * standing_of() in handlers/pages/standing.h.
 */
#ifndef MODELS_STANDING_H
#define MODELS_STANDING_H
#include "app/income/subscription.h"
#include "web/html.h"

struct subscription_words {
    enum subscription_state state;
    bool renews;
    int64_t until_ms;     /* when it renews or ends, or has ended; 0: there is no such date */
    const char *sentence; /* the same in words */
};
#endif
