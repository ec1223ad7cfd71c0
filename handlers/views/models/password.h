/*
 * password: the form for a new password.
 */
#ifndef MODELS_PASSWORD_H
#define MODELS_PASSWORD_H
#include "views/models/frame.h"

struct password_page {
    struct frame frame;
    struct problem why;
    const char *email; /* for password managers */
};

HTML_VIEW(password, struct password_page);
JSON_VIEW(password, struct password_page);
#endif
