/*
 * login: the login form.
 */
#ifndef MODELS_LOGIN_H
#define MODELS_LOGIN_H
#include "views/models/frame.h"
#include "views/models/passkey_ask.h"

struct login_page {
    struct frame frame;
    struct problem why;
    const char *name, *next;
    const char *kept; /* a form that is sent on after the log-in (web/keep.h), or "" */
    struct passkey_ask passkey;
};

HTML_VIEW(login, struct login_page);
JSON_VIEW(login, struct login_page);
#endif
