/*
 * transcode: processes uploaded files: one row (job) per video, leased by one worker at a time.
 *
 * A worker that stops renewing its lease loses the row to the next one; what it still does then
 * changes nothing, because every write names the worker. A job that failed is tried again with
 * growing pauses up to conf()->transcode_attempts times, unless the file itself is at fault.
 * Tables     transcode_job, rendition. Reads video, user.
 */
#ifndef PUBLISH_TRANSCODE_H
#define PUBLISH_TRANSCODE_H
#include "app/site/removal.h"
#include "io/db.h"

/* Queue the original `source`, a file name in media/incoming. In the caller's transaction. */
MUST_USE enum rc transcode_enqueue(struct db *db, int64_t video_id, const char *source,
                                   int64_t now_ms);

/* Try a failed job again, from the studio. RC_CONFLICT: it has not failed, or its file is gone. */
MUST_USE enum rc transcode_retry(struct db *db, int64_t video_id, int64_t now_ms);

/* Take the oldest due job and process it to its end. RC_NOT_FOUND: none is due. RC_FAIL, and the job
 * waits: this machine cannot confine ffmpeg (av/sandbox.h). *did says in a few words what happened. */
MUST_USE enum rc transcode_next(struct db *db, struct arena *a, const char **did);

/* The state of a video's job; TRANSCODING_NONE: it has none. */
enum transcoding {
    TRANSCODING_NONE,
    TRANSCODING_WAITING,
    TRANSCODING_RUNNING,
    TRANSCODING_DONE,
    TRANSCODING_FAILED
};
WORDS_OF(transcoding);

/* The state and percent of a video's job, for callers that wait for it (jobs/admin import). */
struct transcode_state {
    enum transcoding state;
    const char *error;
    int64_t percent;
};
MUST_USE enum rc transcode_state(struct db *db, struct arena *a, int64_t video_id,
                                 struct transcode_state *out);

/* The failed jobs, latest first, at most FAILURES_SHOWN_MAX; for moderators. */
enum { FAILURES_SHOWN_MAX = 50 };
struct transcode_failure {
    const char *public_id, *title, *channel_handle, *error;
    int64_t ended_ms;
};
struct transcode_failure_list {
    struct transcode_failure *items;
    size_t n;
};
MUST_USE enum rc transcode_failures(struct db *db, struct arena *a,
                                    struct transcode_failure_list *out);
#endif
