/*
 * half: the second step of a log-in.
 */
#ifndef MODELS_HALF_H
#define MODELS_HALF_H
#include "views/models/frame.h"
#include "views/models/passkey_ask.h"

struct half_page {
    struct frame frame;
    struct problem why;
    const char *half; /* says whose password was right, to be sent back */
    const char *next;
    struct passkey_ask ask;
    const char *kept;   /* a form that is sent on after the log-in (web/keep.h), or "" */
    bool app, passkey;  /* what is set up */
    int64_t expires_ms; /* of `half` */
};

HTML_VIEW(half, struct half_page);
JSON_VIEW(half, struct half_page);
#endif
