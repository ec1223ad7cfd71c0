/*
 * forgot: asking for a link to choose a new password, and using it.
 */
#ifndef MODELS_FORGOT_H
#define MODELS_FORGOT_H
#include "views/models/frame.h"

struct forgot_page {
    struct frame frame;
    struct problem why;
    const char *state;   /* "ask", "sent", or "off": the site sends no mail */
    const char *email;   /* as typed */
    const char *minutes; /* how long the link works */
};
HTML_VIEW(forgot, struct forgot_page);
JSON_VIEW(forgot, struct forgot_page);

struct reset_page {
    struct frame frame;
    struct problem why;
    const char *token, *handle;
    const char *gone; /* why the link cannot be used; "": it can */
};
HTML_VIEW(reset, struct reset_page);
JSON_VIEW(reset, struct reset_page);
#endif
