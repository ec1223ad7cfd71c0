/*
 * admin: for moderators: the state of the site, and what failed.
 */
#ifndef MODELS_ADMIN_H
#define MODELS_ADMIN_H
#include "app/publish/studio.h"
#include "app/publish/transcode.h"
#include "views/models/frame.h"
#include "views/models/job_row.h"

struct admin_page {
    struct frame frame;
    int64_t members, subscribers;
    struct studio_totals totals;
    struct job_rows jobs;
    struct transcode_failure_list failures;
};

HTML_VIEW(admin, struct admin_page);
JSON_VIEW(admin, struct admin_page);
#endif
