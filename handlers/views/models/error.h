/*
 * error: every refusal that has no page of its own.
 */
#ifndef MODELS_ERROR_H
#define MODELS_ERROR_H
#include "views/models/frame.h"

struct error_page {
    struct frame frame;
    int status;
    const char *heading, *text;
    const char *action_url, *action; /* what to do next, or "" */
};

HTML_VIEW(error, struct error_page);
#endif
