/*
 * factor: how the viewer logs in: the password's second step, and what is set up for it.
 */
#ifndef MODELS_FACTOR_H
#define MODELS_FACTOR_H
#include "views/models/frame.h"

struct passkey_row {
    int64_t id, made_ms, used_ms; /* used_ms 0: never */
    const char *name, *used;      /* in words */
};
struct passkey_rows {
    struct passkey_row *items;
    size_t n;
};

struct factor_page {
    struct frame frame;
    struct problem why;
    int64_t app_ms;       /* since when there is an authenticator app; 0: there is none */
    int64_t codes_unused; /* recovery codes */
    struct passkey_rows passkeys;
    bool can_have_passkeys; /* this site */
    const char *typed;      /* name of a new passkey that was refused, or "" */
    bool any;               /* there is a second step */
    bool wanted;            /* the viewer has a role that counts only with one */
};

HTML_VIEW(factor, struct factor_page);
JSON_VIEW(factor, struct factor_page);
#endif
