/*
 * taste_done: the answer after a change of taste, for scripts and programs.
 */
#ifndef MODELS_TASTE_DONE_H
#define MODELS_TASTE_DONE_H
#include "web/html.h"

struct taste_done {
    const char *done; /* what was done: chosen, skipped, less, undone or reset */
};

JSON_VIEW(taste_done, struct taste_done);
#endif
