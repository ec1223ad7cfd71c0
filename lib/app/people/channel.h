/*
 * channel: a member as others see them, and which channels members follow. app/catalogue/video.h
 * lists the videos of a channel.
 *
 * Errors     RC_NOT_FOUND: no such handle, or its owner is blocked; else as in io/db.h.
 * Tables     follow. Reads user, video.
 */
#ifndef PEOPLE_CHANNEL_H
#define PEOPLE_CHANNEL_H
#include "app/catalogue/video.h"

enum { FOLLOWS_MAX = 2000, FOLLOWED_PAGE = 48 };

struct channel {
    int64_t user_id;
    const char *handle, *name, *about, *avatar_key;
    int64_t videos, followers, since_ms; /* videos: those that everybody may see */
    bool followed;                       /* by the viewer */
};

/* viewer_id 0: not logged in. The handle is compared regardless of case; out->handle is as its
 * owner writes it. */
MUST_USE enum rc channel_get(struct db *db, struct arena *a, const char *handle, int64_t viewer_id,
                             struct channel *out);

/* Follow a channel or stop following it; repeating it is RC_OK. RC_DENIED: their own channel;
 * RC_INVALID: they follow FOLLOWS_MAX already. */
MUST_USE enum rc channel_follow(struct db *db, struct arena *a, int64_t user_id, int64_t channel_id,
                                bool on, int64_t now_ms, struct problem *why);

/* Public videos of the creators that a member follows, newest first; at most VIDEO_PAGE + 1. `page`
 * counts from 0. */
MUST_USE enum rc channel_followed_videos(struct db *db, struct arena *a, int64_t user_id,
                                         size_t page, struct video_list *out);

/* The creators that a member follows, by name; at most FOLLOWED_PAGE + 1. `all`: how many in
 * all. */
struct followed {
    const char *handle, *name, *avatar_key;
    int64_t videos, latest_ms; /* that everybody may see; latest_ms 0: none */
    int64_t all;
};
struct followed_list {
    struct followed *items;
    size_t n;
};
MUST_USE enum rc channel_followed(struct db *db, struct arena *a, int64_t user_id, size_t page,
                                  struct followed_list *out);
#endif
