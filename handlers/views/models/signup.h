/*
 * signup: the sign-up form.
 */
#ifndef MODELS_SIGNUP_H
#define MODELS_SIGNUP_H
#include "views/models/frame.h"
#include "views/models/problem.h"

struct signup_page {
    struct frame frame;
    struct problem why;
    struct wrong wrong;
    const char *email, *handle, *name, *next;
};

HTML_VIEW(signup, struct signup_page);
JSON_VIEW(signup, struct signup_page);
#endif
