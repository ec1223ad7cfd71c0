/*
 * later: the answer after a change of "Watch later", for scripts and programs.
 */
#ifndef MODELS_LATER_H
#define MODELS_LATER_H
#include "web/html.h"

struct later_page {
    const char *later; /* on or off */
};

JSON_VIEW(later, struct later_page);
#endif
