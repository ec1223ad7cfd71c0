/*
 * studio: a creator's own videos with their processing, files and pictures.
 *
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND, RC_INVALID with a text for the form, RC_BUSY, RC_FAIL as in io/db.h.
 * Tables     rendition and transcode_job (transcode.h). Reads video.
 */
#ifndef PUBLISH_STUDIO_H
#define PUBLISH_STUDIO_H
#include "app/catalogue/video.h"
#include "app/publish/transcode.h"

/* A member's videos in any state, newest first; at most VIDEO_PAGE + 1. `page` counts from 0. */
struct studio_item {
    int64_t id;
    const char *public_id, *title;
    enum visibility visibility;
    enum video_state state;
    int64_t poster_version, length_ms, views, likes, created_ms;
    int64_t percent;            /* of processing */
    enum transcoding job_state; /* likewise */
    const char *error;          /* of processing, in words, or "" */
};
struct studio_list {
    struct studio_item *items;
    size_t n;
};
MUST_USE enum rc studio_list(struct db *db, struct arena *a, int64_t user_id, size_t page,
                             struct studio_list *out);

/* The files that a video is watched from, smallest first; empty until some of it is processed. */
struct rendition {
    const char *name;             /* of its file: 720p; audio */
    int64_t width, height, bytes; /* width and height of the sound: 0 */
};
struct rendition_list {
    struct rendition *items;
    size_t n;
};
MUST_USE enum rc studio_renditions(struct db *db, struct arena *a, int64_t id,
                                   struct rendition_list *out);

/* The videos of all members and the size of their files; without deleted ones. */
struct studio_totals {
    int64_t videos, bytes;
};
MUST_USE enum rc studio_totals(struct db *db, struct arena *a, struct studio_totals *out);

/* Make the pictures of a video from the uploader's own one at `path` (av/media.h says what is
 * accepted and how it is refused); the old ones stay until the new ones are made. */
MUST_USE enum rc studio_set_poster(struct db *db, struct arena *a, int64_t id,
                                   const char *public_id, const char *path, struct problem *why);

/* The same for a member who waits for it: RC_LIMITED and RC_BUSY as in site/picture.h. */
MUST_USE enum rc studio_change_poster(struct db *db, struct arena *a, const struct video *v,
                                      int64_t user_id, const char *path, int64_t now_ms,
                                      struct problem *why);

/* Mark a video as deleted, take it out of search, end its processing and queue its files for
 * removal; the row and its ratings stay. In a transaction of its own; repeating it is RC_OK. */
MUST_USE enum rc studio_delete(struct db *db, struct arena *a, int64_t id, int64_t now_ms);
#endif
