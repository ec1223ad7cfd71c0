/*
 * admin: for moderators: the state of the site, what failed, and what was searched for.
 */
#ifndef MODELS_ADMIN_H
#define MODELS_ADMIN_H
#include "app/catalogue/video.h"
#include "app/people/account.h"
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
    const char *find; /* as typed: a video's id or address, or a member's handle */
    bool has_video, has_member, has_nothing; /* has_nothing: no video or member has that name */
    struct video video;
    struct account member;
    bool may_block_member; /* moderators can block only members with a lower role */
};

HTML_VIEW(admin, struct admin_page);
JSON_VIEW(admin, struct admin_page);
#endif
