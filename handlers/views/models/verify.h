/*
 * verify: what a link in a mail is for, before its button is pressed; and the page of a claimed address.
 */
#ifndef MODELS_VERIFY_H
#define MODELS_VERIFY_H
#include "views/models/frame.h"

struct verify_page {
    struct frame frame;
    struct problem why;
    const char *heading;
    const char
        *state; /* "claimed": may be sent again; "confirm", "address", "undo": the link is good;
                            "gone": it is not; "done": nothing is left to do */
    const char *text;    /* for gone and done */
    const char *token;   /* of the link */
    const char *address; /* that is claimed, confirmed, changed to, or brought back */
    const char *handle;  /* of the account that it is about */
    int64_t until_ms;    /* claimed: when the account lapses */
};

HTML_VIEW(verify, struct verify_page);
JSON_VIEW(verify, struct verify_page);
#endif
