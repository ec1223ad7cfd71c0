/*
 * prove: a member who is logged in proves again that it is them.
 */
#ifndef MODELS_PROVE_H
#define MODELS_PROVE_H
#include "views/models/frame.h"
#include "views/models/passkey_ask.h"

struct prove_page {
    struct frame frame;
    struct problem why;
    const char *kept;   /* a form that is sent on after the proof (web/keep.h), or "" */
    const char *handle; /* for password managers */
    const char *next;
    struct passkey_ask passkey;
    bool fresh; /* the proof is still good */
};

HTML_VIEW(prove, struct prove_page);
JSON_VIEW(prove, struct prove_page);
#endif
