/*
 * email: the e-mail address of the account.
 */
#ifndef MODELS_EMAIL_H
#define MODELS_EMAIL_H
#include "views/models/frame.h"

struct email_page {
    struct frame frame;
    struct problem why;
    const char *email, *typed;
    const char *waiting; /* the address that has still to be confirmed, "": none */
    int64_t waits_until_ms;
    bool mail; /* the site sends mail */
};
HTML_VIEW(email, struct email_page);
JSON_VIEW(email, struct email_page);
#endif
