/*
 * resume: what was typed into a form that could not be taken, and the button that sends it.
 */
#ifndef MODELS_RESUME_H
#define MODELS_RESUME_H
#include "views/models/frame.h"

struct resume_field {
    const char *name, *label, *value;
    bool wrong; /* it is what has to be corrected */
    bool shown; /* it was typed, and is not the page's own */
};
struct resume_fields {
    struct resume_field *items;
    size_t n;
};
struct resume_page {
    struct frame frame;
    const char *heading, *text;
    const char *to;               /* path that the form goes to */
    const char *csrf;             /* its token */
    struct resume_fields fields;  /* as they were */
    struct resume_fields secrets; /* to be typed again */
    const char *author;           /* handle of another account that typed it, or "" */
    bool unknown;                 /* it is not known which account typed it */
    bool files, is_once_more;     /* there were files; it was sent just now, and may be again */
    bool editable;                /* it has to be corrected before it is sent */
    const char *link, *link_text; /* what has to be done first, in another tab; or "" */
};

HTML_VIEW(resume, struct resume_page);
#endif
