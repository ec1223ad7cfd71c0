/*
 * video_find: the list of all videos, for moderators who look for one. Deleted ones are in it.
 *
 * Order      newest upload first.
 * Tables     video. Reads user.
 */
#ifndef CATALOGUE_VIDEO_FIND_H
#define CATALOGUE_VIDEO_FIND_H
#include "app/catalogue/video.h"

enum { VIDEOS_FOUND_PAGE = 50 };

struct video_search {
    const char *title;      /* its beginning, in any case; "": any */
    int64_t user_id;        /* 0: of anybody */
    const char *state;      /* a word of video_state; "": any */
    const char *visibility; /* likewise */
    int64_t before;         /* smaller ids than this; 0: from the newest */
};

struct found_video {
    int64_t id, length_ms, views, created_ms;
    const char *public_id, *title, *channel_name, *channel_handle;
    enum video_state state;
    enum visibility visibility;
};
struct found_video_list {
    struct found_video *items;
    size_t n;
};

/* Up to VIDEOS_FOUND_PAGE + 1 of them. */
MUST_USE enum rc video_find(struct db *db, struct arena *a, const struct video_search *s,
                            struct found_video_list *out);
#endif
