/*
 * takeout: the archive of all that the site has of the viewer.
 */
#ifndef MODELS_TAKEOUT_H
#define MODELS_TAKEOUT_H
#include "app/leaving/takeout.h"
#include "views/models/frame.h"

struct takeout_page {
    struct frame frame;
    struct problem why;
    struct takeout takeout; /* state TAKEOUT_NONE: none was asked for lately */
    const char *url;        /* of the archive, or "" */
    bool may_ask;           /* none is being made */
    int64_t days;           /* that it is kept */
};

HTML_VIEW(takeout, struct takeout_page);
JSON_VIEW(takeout, struct takeout_page);
#endif
