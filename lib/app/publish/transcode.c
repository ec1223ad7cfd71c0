#include "app/publish/transcode.h"
#include "app/publish/studio.h"
#include "app/notify/notify.h"
#include "av/incoming.h"
#include "app/catalogue/video.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "av/media.h"
#include "av/package.h"
#include "av/sandbox.h"
#include "io/secret.h"
#include "io/store.h"

enum { WORKER_BYTES = 12, RETRY_FIRST_S = 30, RETRY_DOUBLINGS = 6, STAGES_PERCENT = 99 };

struct job {
    int64_t id, video_id, user_id, attempts;
    enum transcoding state;
    const char *source, *public_id, *title, *request_id;
};
WORDS(transcoding, "transcode_job.state", [TRANSCODING_NONE] = "",
      [TRANSCODING_WAITING] = "waiting", [TRANSCODING_RUNNING] = "running",
      [TRANSCODING_DONE] = "done", [TRANSCODING_FAILED] = "failed");
SHAPE(job_shape, struct job, COLUMN(struct job, id), COLUMN(struct job, video_id),
      COLUMN(struct job, user_id), COLUMN(struct job, attempts), COLUMN(struct job, source),
      COLUMN_WORD(struct job, state, transcoding), COLUMN(struct job, public_id),
      COLUMN(struct job, title), COLUMN(struct job, request_id));
SHAPE(failure_shape, struct transcode_failure, COLUMN(struct transcode_failure, public_id),
      COLUMN(struct transcode_failure, title), COLUMN(struct transcode_failure, channel_handle),
      COLUMN(struct transcode_failure, error), COLUMN(struct transcode_failure, ended_ms));
SHAPE(state_shape, struct transcode_state, COLUMN_WORD(struct transcode_state, state, transcoding),
      COLUMN(struct transcode_state, error), COLUMN(struct transcode_state, percent));

STMT(q_enqueue, NULL,
     "INSERT INTO transcode_job (video_id, source, created_ms, request_id) VALUES (?, ?, ?, ?)");
STMT(q_retry, NULL,
     "UPDATE transcode_job SET state = 'waiting', attempts = 0, percent = 0, error = '',"
     " next_try_ms = 0, created_ms = ?, ended_ms = 0 WHERE video_id = ? AND state = 'failed'");
STMT(q_state, &state_shape, "SELECT state, error, percent FROM transcode_job WHERE video_id = ?");
STMT(q_failures, &failure_shape,
     "SELECT v.public_id, v.title, u.handle AS channel_handle, j.error, j.ended_ms"
     " FROM transcode_job j JOIN video v ON v.id = j.video_id JOIN user u ON u.id = v.user_id"
     " WHERE j.state = 'failed' ORDER BY j.ended_ms DESC, j.id DESC LIMIT 50");
STMT(q_due, &job_shape,
     "SELECT j.id, j.video_id, v.user_id, j.attempts, j.source, j.state, v.public_id, v.title,"
     " j.request_id"
     " FROM transcode_job j JOIN video v ON v.id = j.video_id"
     " WHERE v.state <> 'deleted' AND ((j.state = 'waiting' AND j.next_try_ms <= ?)"
     " OR (j.state = 'running' AND j.lease_until_ms < ?)) ORDER BY j.id LIMIT 1");
/* The attempts must still be those that q_due read, so only one of two workers gets the row. */
STMT(q_lease, NULL,
     "UPDATE transcode_job SET state = 'running', worker = ?, lease_until_ms = ?, percent = 0,"
     " attempts = attempts + 1 WHERE id = ? AND state = ? AND attempts = ?");
STMT(q_renew, NULL,
     "UPDATE transcode_job SET percent = ?, lease_until_ms = ?"
     " WHERE id = ? AND worker = ? AND state = 'running'");
STMT(q_done, NULL,
     "UPDATE transcode_job SET state = 'done', percent = 100, error = '', ended_ms = ?"
     " WHERE id = ? AND worker = ? AND state = 'running'");
STMT(q_failed, NULL,
     "UPDATE transcode_job SET state = 'failed', error = ?, ended_ms = ?"
     " WHERE id = ? AND worker = ? AND state = 'running'");
STMT(q_later, NULL,
     "UPDATE transcode_job SET state = 'waiting', error = ?, next_try_ms = ?, lease_until_ms = 0"
     " WHERE id = ? AND worker = ? AND state = 'running'");
STMT(q_rendition, NULL,
     "INSERT INTO rendition (video_id, name, width, height, bytes) VALUES (?, ?, ?, ?, ?)"
     " ON DUPLICATE KEY UPDATE width = VALUES(width), height = VALUES(height),"
     " bytes = VALUES(bytes)");

enum rc transcode_enqueue(struct db *db, int64_t video_id, const char *source, int64_t now_ms)
{
    return db_run(db, &q_enqueue,
                  ARGS(I64(video_id), STR(source), I64(now_ms), STR(log_request_id())), NULL);
}

enum rc transcode_retry(struct db *db, int64_t video_id, int64_t now_ms)
{
    int64_t changed;

    TRY(db_run(db, &q_retry, ARGS(I64(now_ms), I64(video_id)), &changed));
    return changed ? video_set_state(db, video_id, VIDEO_PROCESSING) : RC_CONFLICT;
}

enum rc transcode_state(struct db *db, struct arena *a, int64_t video_id,
                        struct transcode_state *out)
{
    return db_one(db, a, &q_state, ARGS(I64(video_id)), out);
}

enum rc transcode_failures(struct db *db, struct arena *a, struct transcode_failure_list *out)
{
    return DB_LIST(db, a, &q_failures, NO_ARGS, FAILURES_SHOWN_MAX, out);
}

/* A leased job while it is worked on. */
struct work {
    struct db *db;
    struct arena *a;
    struct job job;
    const char *worker;
    const char *source_path;
    struct media_info info;
    struct media_plan plan;
    int stage, percent;
    int64_t lease_until_ms;
    bool has_preview;
};

static int64_t lease_ms(void) { return conf()->transcode_lease_seconds * SECOND_MS; }

/* Keep the lease while something long runs. A database that is away for a moment is no reason to
 * stop: the row is ours until the lease runs out. */
static bool renew(void *arg, int percent)
{
    struct work *w = arg;
    int64_t until_ms = clock_now_ms() + lease_ms(), changed = 0;
    int whole = (w->stage * STAGES_PERCENT + percent * STAGES_PERCENT / 100) / w->plan.stages;

    w->percent = MAX_OF(w->percent, MIN_OF(whole, STAGES_PERCENT));
    enum rc rc = db_run(w->db, &q_renew,
                        ARGS(I64(w->percent), I64(until_ms), I64(w->job.id), STR(w->worker)),
                        &changed);
    if (rc != RC_OK)
        return clock_now_ms() < w->lease_until_ms;
    if (changed)
        w->lease_until_ms = until_ms;
    return changed > 0;
}

/* Take the job that q_due found. */
static enum rc lease(struct db *db, struct work *w, int64_t now_ms)
{
    int64_t changed;

    w->lease_until_ms = now_ms + lease_ms();
    TRY(db_run(db, &q_lease,
               ARGS(STR(w->worker), I64(w->lease_until_ms), I64(w->job.id),
                    STR(transcoding_word(w->job.state)), I64(w->job.attempts)),
               &changed));
    return changed ? RC_OK : RC_BUSY; /* another worker was faster */
}

/* The argument of a transaction. */
struct outcome {
    const struct work *w;
    const char *text; /* of a failure, for the uploader */
};

static enum rc book_file(struct db *db, const struct work *w, const char *name, int width,
                         int height)
{
    const char *key = arena_printf(w->a, "videos/%s/full/%s.mp4", w->job.public_id, name);
    int64_t bytes;

    TRY(store_size(STORE_MEDIA, key, &bytes));
    if (bytes == 0)
        return RC_OK; /* of a later stage, or a video without sound */
    return db_run(db, &q_rendition,
                  ARGS(I64(w->job.video_id), STR(name), I64(width), I64(height), I64(bytes)), NULL);
}

/* Once, though each stage publishes. Of a video that is held or waits for a moderator, whoever releases
 * it tells. */
static enum rc tell_ready(struct db *db, const struct work *w)
{
    const struct notice n = {
        .user_id = w->job.user_id,
        .kind = NOTICE_VIDEO_PUBLISHED,
        .once = w->job.public_id,
        .link = arena_printf(w->a, "/watch/%s", w->job.public_id),
        .values = { .title = w->job.title },
    };
    struct video v;

    enum rc rc = video_get(db, w->a, w->job.public_id, &v);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && v.state != VIDEO_READY))
        return RC_OK;
    TRY(rc);
    return notify(db, w->a, &n, clock_now_ms());
}

/* Store the files that can be watched now, and publish the video. */
static enum rc publish(struct db *db, void *arg)
{
    const struct work *w = arg;
    struct video_facts facts = {
        .length_ms = w->info.length_ms,
        .width = w->info.width,
        .height = w->info.height,
        .has_preview = w->has_preview,
    };

    for (size_t i = 0; i < w->plan.n; i++) {
        const struct media_rendition *r = &w->plan.renditions[i];
        TRY(book_file(db, w, r->name, r->width, r->height));
    }
    TRY(book_file(db, w, "audio", 0, 0));
    TRY(video_publish(db, w->job.video_id, &facts, clock_now_ms()));
    return tell_ready(db, w);
}

/* The work is done: queue the original for removal. */
static enum rc finish(struct db *db, void *arg)
{
    const struct work *w = arg;
    int64_t changed;

    TRY(db_run(db, &q_done, ARGS(I64(clock_now_ms()), I64(w->job.id), STR(w->worker)), &changed));
    return changed ? removal_enqueue(db, "incoming", w->job.source) : RC_BUSY;
}

static enum rc fail(struct db *db, void *arg)
{
    const struct outcome *o = arg;
    const struct job *j = &o->w->job;
    const struct notice n = {
        .user_id = j->user_id,
        .kind = NOTICE_VIDEO_FAILED,
        .link = arena_printf(o->w->a, "/studio/%s", j->public_id),
        .values = { .title = j->title, .what = o->text },
    };
    int64_t changed;

    TRY(db_run(db, &q_failed,
               ARGS(STR(o->text), I64(clock_now_ms()), I64(o->w->job.id), STR(o->w->worker)),
               &changed));
    if (!changed)
        return RC_BUSY;
    TRY(video_set_state(db, o->w->job.video_id, VIDEO_FAILED));
    return notify(db, o->w->a, &n, clock_now_ms());
}

static enum rc later(const struct work *w, const char *text)
{
    int64_t pause_ms = RETRY_FIRST_S * SECOND_MS << MIN_OF(w->job.attempts, RETRY_DOUBLINGS);

    return db_run(w->db, &q_later,
                  ARGS(STR(text), I64(clock_now_ms() + pause_ms), I64(w->job.id), STR(w->worker)),
                  NULL);
}

/* The folder media/videos/{public_id}/{part}, made if it is missing. */
static enum rc part_dir(const struct work *w, const char *part, const char **path)
{
    const char *key = arena_printf(w->a, "videos/%s/%s", w->job.public_id, part);

    TRY(store_dir(STORE_MEDIA, key));
    *path = store_path(w->a, STORE_MEDIA, key);
    return RC_OK;
}

/* Make the pictures from the one that the uploader sent along; false: there is no usable one. */
static bool own_poster(struct work *w)
{
    const char *key = incoming_poster_key(w->a, w->job.source);
    struct problem why = { NULL, NULL };
    int64_t bytes;

    if (store_size(STORE_MEDIA, key, &bytes) != RC_OK || bytes == 0)
        return false;
    return studio_set_poster(w->db, w->a, w->job.video_id, w->job.public_id,
                             store_path(w->a, STORE_MEDIA, key), &why) == RC_OK;
}

/* After the first stage: pictures and preview, so that lists look complete at once. The uploader
 * may have chosen a picture, or changed their mind about the preview, in the studio meanwhile. */
static enum rc make_pictures(struct work *w, const char *full_dir)
{
    const char *poster_dir, *preview_dir;
    struct video v;

    enum rc rc = video_get(w->db, w->a, w->job.public_id, &v);
    if (rc == RC_NOT_FOUND)
        return RC_BUSY; /* deleted; the lease went with it */
    TRY(rc);
    TRY(part_dir(w, "poster", &poster_dir));
    TRY(part_dir(w, "preview", &preview_dir));
    if (!v.own_poster && !own_poster(w)) {
        TRY(package_poster(w->a, &w->plan, full_dir, poster_dir));
        TRY(video_new_poster(w->db, v.id, false));
    }
    TRY(package_storyboard(w->a, &w->plan, full_dir));
    if (v.allow_preview)
        TRY(package_preview(w->a, &w->plan, full_dir, preview_dir));
    w->has_preview = v.allow_preview;
    return RC_OK;
}

static enum rc process(struct work *w, struct problem *why)
{
    const struct media_watch watch = { renew, w };
    const char *full_dir;

    w->plan.stages = 1;
    TRY(media_probe(w->a, w->source_path, &watch, &w->info, why));
    TRY(media_plan(&w->info, &w->plan));
    TRY(part_dir(w, "full", &full_dir));
    for (w->stage = 0; w->stage < w->plan.stages; w->stage++) {
        TRY(package_stage(w->a, w->source_path, &w->info, &w->plan, w->stage, full_dir, &watch,
                          why));
        if (w->stage == 0)
            TRY(make_pictures(w, full_dir));
        if (!renew(w, 0))
            return RC_BUSY;
        TRY(db_transact(w->db, publish, w));
    }
    return db_transact(w->db, finish, w);
}

static bool is_the_files_fault(enum rc rc)
{
    return rc == RC_INVALID || rc == RC_TYPE || rc == RC_TOO_LARGE;
}

/* End or postpone the job; the uploader gets a short reason, the log has the detail. */
static enum rc give_up_or_wait(struct work *w, enum rc rc, const struct problem *why)
{
    struct outcome o = { w, why->text };

    if (is_the_files_fault(rc)) {
        if (o.text == NULL)
            o.text = "This file could not be processed.";
        return db_transact(w->db, fail, &o);
    }
    if (w->job.attempts + 1 >= conf()->transcode_attempts) {
        o.text = arena_printf(w->a,
                              "Processing failed several times. Try again, or write to us "
                              "about job %" PRId64 ".",
                              w->job.id);
        return db_transact(w->db, fail, &o);
    }
    return later(w, rc == RC_FULL ? "The disk is full; processing waits until there is room."
                                  : "Processing was interrupted and will be tried again.");
}

enum rc transcode_next(struct db *db, struct arena *a, const char **did)
{
    struct work w = { .db = db, .a = a, .worker = random_id(a, WORKER_BYTES) };
    struct problem why = { NULL, NULL };
    int64_t now_ms = clock_now_ms();

    w.plan.stages = 1;
    TRY(db_one(db, a, &q_due, ARGS(I64(now_ms), I64(now_ms)), &w.job));
    if (!sandbox_is_strict()) { /* the videos wait: it is not their fault */
        *did = "nothing is processed: this machine cannot confine ffmpeg; ovs-doctor says more";
        log_error("%s", *did);
        return RC_FAIL;
    }
    TRY(lease(db, &w, now_ms));
    w.source_path = store_path(a, STORE_MEDIA, arena_printf(a, "incoming/%s", w.job.source));
    log_cause(w.job.request_id);
    log_about("video:%s", w.job.public_id);
    log_info("attempt=%" PRId64 " begins", w.job.attempts + 1);
    enum rc rc = w.job.attempts >= conf()->transcode_attempts ? RC_FAIL : process(&w, &why);
    *did = arena_printf(a, "video=%s attempt=%" PRId64 " rc=%s", w.job.public_id,
                        w.job.attempts + 1, rc_name(rc));
    log_outcome(rc_name(rc), "attempt=%" PRId64 " ends", w.job.attempts + 1);
    if (rc == RC_OK || rc == RC_BUSY)
        return rc; /* RC_BUSY: the lease or the database is lost; the next worker begins again */
    return give_up_or_wait(&w, rc, &why);
}
