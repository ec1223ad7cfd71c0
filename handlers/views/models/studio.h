/*
 * studio: the viewer's own videos, and the state of their processing.
 */
#ifndef MODELS_STUDIO_H
#define MODELS_STUDIO_H
#include "views/models/frame.h"
#include "views/models/pager.h"
#include "views/models/studio_row.h"

struct studio_page {
    struct frame frame;
    struct studio_rows videos;
    struct pager pager;
    int64_t used_bytes, quota_bytes; /* of uploaded files */
};

HTML_VIEW(studio, struct studio_page);
JSON_VIEW(studio, struct studio_page);
#endif
