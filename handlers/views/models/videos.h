/*
 * videos: the list of all videos, for moderators.
 */
#ifndef MODELS_VIDEOS_H
#define MODELS_VIDEOS_H
#include "app/catalogue/video_find.h"
#include "views/models/frame.h"

struct videos_page {
    struct frame frame;
    struct problem why;
    const char *find, *member;      /* as typed */
    const char *state, *visibility; /* words; "": any */
    struct found_video_list rows;
    const char *older_url;
};

HTML_VIEW(videos, struct videos_page);
JSON_VIEW(videos, struct videos_page);
#endif
