/*
 * factor: how the viewer logs in: the password's second step, and what is set up for it.
 */
#ifndef MODELS_FACTOR_H
#define MODELS_FACTOR_H
#include "views/models/frame.h"

struct factor_page {
    struct frame frame;
    struct problem why;
    int64_t app_ms;       /* since when there is an authenticator app; 0: there is none */
    int64_t codes_unused; /* recovery codes */
    bool any;             /* there is a second step */
    bool wanted;          /* the viewer has a role that counts only with one */
};

HTML_VIEW(factor, struct factor_page);
JSON_VIEW(factor, struct factor_page);
#endif
