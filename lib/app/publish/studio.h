/*
 * studio: a creator's own videos with what has become of them: processing, files and pictures.
 *
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND, RC_INVALID with a text for the form, RC_BUSY, RC_FAIL as in io/db.h.
 * Tables     reads video, rendition and transcode_job.
 */
#ifndef PUBLISH_STUDIO_H
#define PUBLISH_STUDIO_H
#include "app/catalogue/video.h"
#include "app/publish/transcode.h"

/* All videos of a member, newest first: up to VIDEO_PAGE + 1 of them, from page `page` (from 0) on. */
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

/* What one video is watched from, smallest first; empty until something of it is processed. */
struct rendition {
    const char *name;             /* of its files: 720p; audio */
    int64_t width, height, bytes; /* of the sound: 0, 0 */
};
struct rendition_list {
    struct rendition *items;
    size_t n;
};
MUST_USE enum rc studio_renditions(struct db *db, struct arena *a, int64_t id,
                                   struct rendition_list *out);

/* Of all members; without what is deleted. */
struct studio_totals {
    int64_t videos, bytes;
};
MUST_USE enum rc studio_totals(struct db *db, struct arena *a, struct studio_totals *out);

/* Make the pictures of a video from the uploader's own one at `path` (av/media.h says what is
 * accepted and how it is refused); what there was stays until they are made. */
MUST_USE enum rc studio_set_poster(struct db *db, struct arena *a, int64_t id,
                                   const char *public_id, const char *path, struct problem *why);

/* Back to the state that its processing has come to; RC_OK too when it is not blocked. */
MUST_USE enum rc studio_unblock(struct db *db, struct arena *a, int64_t id);

/* Mark deleted, drop it from search, end its processing and queue its files for removal; the row
 * and its ratings stay. Its own transaction; repeating is RC_OK. */
MUST_USE enum rc studio_delete(struct db *db, struct arena *a, int64_t id, int64_t now_ms);
#endif
