/*
 * beat: the answer of /api/beat.
 */
#ifndef MODELS_BEAT_H
#define MODELS_BEAT_H
#include "web/html.h"

struct beat_page {
    const char *token;
};

JSON_VIEW(beat, struct beat_page);
#endif
