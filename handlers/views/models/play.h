/*
 * play: the answer of /api/play: where the media are, and the token for the next beat.
 */
#ifndef MODELS_PLAY_H
#define MODELS_PLAY_H
#include "web/html.h"

struct play_page {
    const char *media_url, *storyboard_url, *token;
    int64_t ask_s, break_s;                     /* see docs/api.md */
    int64_t seq, beat_s, resume_ms, expires_ms; /* seq: of the next beat */
};

JSON_VIEW(play, struct play_page);
#endif
