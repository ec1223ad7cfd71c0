/*
 * unsubscribe: one kind of mail is switched off by the link in such a mail.
 */
#ifndef MODELS_UNSUBSCRIBE_H
#define MODELS_UNSUBSCRIBE_H
#include "views/models/frame.h"

struct unsubscribe_page {
    struct frame frame;
    const char *path; /* of this page */
    const char *kind, *name;
    bool is_off; /* since now */
};

HTML_VIEW(unsubscribe, struct unsubscribe_page);
JSON_VIEW(unsubscribe, struct unsubscribe_page);
#endif
