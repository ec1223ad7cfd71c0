/*
 * channel: a member as seen by the others, and who follows whom. What is on a channel is a list of
 * videos (app/video.h).
 *
 * Errors     RC_NOT_FOUND: no such handle, or its owner is blocked; else as in io/db.h.
 * Tables     follow.
 */
#ifndef APP_CHANNEL_H
#define APP_CHANNEL_H
#include "io/db.h"

struct channel {
    int64_t user_id;
    const char *handle, *name, *about, *avatar_key;
    int64_t videos, followers, since_ms; /* videos: those everybody may see */
    bool followed;                       /* by the one who asks */
};

/* viewer_id 0: nobody asks. The handle is compared without case; out->handle is as its owner
 * writes it. */
MUST_USE enum rc channel_get(struct db *db, struct arena *a, const char *handle, int64_t viewer_id,
                             struct channel *out);

/* Follow or stop following; repeating it is RC_OK. Oneself: RC_DENIED. */
MUST_USE enum rc channel_follow(struct db *db, int64_t user_id, int64_t channel_id, bool on,
                                int64_t now_ms);
#endif
