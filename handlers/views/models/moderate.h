/*
 * moderate: what moderators see of one video, and of one member.
 */
#ifndef MODELS_MODERATE_H
#define MODELS_MODERATE_H
#include "app/catalogue/video.h"
#include "app/people/account.h"
#include "app/publish/transcode.h"
#include "views/models/frame.h"
#include "views/models/journal.h"

struct moderate_video_page {
    struct frame frame;
    struct video video;
    struct transcode_state job;
    bool may_retry;
    struct journal_rows entries;
};

struct moderate_member_page {
    struct frame frame;
    struct account member;
    const char *state; /* in words; "": nothing is special */
    struct journal_rows entries;
};

HTML_VIEW(moderate_video, struct moderate_video_page);
JSON_VIEW(moderate_video, struct moderate_video_page);
HTML_VIEW(moderate_member, struct moderate_member_page);
JSON_VIEW(moderate_member, struct moderate_member_page);
#endif
