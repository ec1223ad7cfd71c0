#include "app/publish/upload.h"
#include "app/site/removal.h"
#include "app/site/throttle.h"
#include "app/publish/transcode.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "av/incoming.h"
#include "av/media.h"
#include "io/secret.h"
#include "io/store.h"

enum {
    UPLOAD_ID_BYTES = 16, /* 128 bits: 22 characters */
    FILE_NAME_MAX_BYTES = 255,
    SWEEP_BATCH = 100,
};

struct upload_list {
    struct upload *items;
    size_t n;
};
SHAPE(upload_shape, struct upload, COLUMN(struct upload, id), COLUMN(struct upload, user_id),
      COLUMN(struct upload, length_bytes), COLUMN(struct upload, expires_ms),
      COLUMN(struct upload, video_id), COLUMN(struct upload, public_id),
      COLUMN(struct upload, file_name), COLUMN(struct upload, video));

#define UPLOAD_COLUMNS                                                                             \
    "u.id, u.user_id, u.length_bytes, u.expires_ms, u.video_id, u.public_id, u.file_name,"         \
    " v.public_id AS video FROM upload u LEFT JOIN video v ON v.id = u.video_id"

STMT(q_own, &upload_shape, "SELECT " UPLOAD_COLUMNS " WHERE u.public_id = ? AND u.user_id = ?");
STMT(q_lock, &upload_shape, "SELECT " UPLOAD_COLUMNS " WHERE u.id = ? FOR UPDATE");
STMT(q_sweep, &upload_shape,
     "SELECT " UPLOAD_COLUMNS " WHERE u.id > ? AND u.video_id IS NULL ORDER BY u.id LIMIT 100");

STMT(q_create, NULL,
     "INSERT INTO upload (public_id, user_id, length_bytes, file_name, " VIDEO_TEXT_COLUMNS
     ", created_ms, expires_ms) VALUES (?, ?, ?, ?, " VIDEO_TEXT_PLACES ", ?, ?)");
STMT(q_put_off, NULL, "UPDATE upload SET expires_ms = ? WHERE id = ?");
STMT(q_became, NULL,
     "UPDATE upload SET video_id = ?, title = '', description = '', tags = '' WHERE id = ?");
STMT(q_drop, NULL, "DELETE FROM upload WHERE id = ? AND expires_ms = ? AND video_id IS NULL");

SHAPE(text_shape, struct video_text, VIDEO_TEXT_FIELDS);
STMT(q_text, &text_shape,
     "SELECT " VIDEO_TEXT_COLUMNS " FROM upload"
     " WHERE id = ?");

STMT(q_lock_member, &number_shape, "SELECT id AS n FROM user WHERE id = ? FOR UPDATE");
STMT(q_used, &number_shape,
     "SELECT CAST((SELECT COALESCE(SUM(original_bytes), 0) FROM video"
     " WHERE user_id = ? AND state <> 'deleted')"
     " + (SELECT COALESCE(SUM(length_bytes), 0) FROM upload"
     " WHERE user_id = ? AND video_id IS NULL AND expires_ms > ?) AS SIGNED) AS n");

/* Read a member's upload and lock its file. Once it is a video the file belongs to the processing:
 * nothing is written any more, and it is not opened. */
static enum rc open_own(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                        int64_t now_ms, struct upload *u, struct incoming *f)
{
    *f = (struct incoming){ .fd = -1 };
    TRY(db_one(db, a, &q_own, ARGS(STR(public_id), I64(user_id)), u));
    u->offset_bytes = u->video_id ? u->length_bytes : -1;
    if (u->video_id)
        return RC_OK;
    if (u->expires_ms <= now_ms)
        return RC_GONE;
    TRY(incoming_open(a, u->public_id, f));
    u->offset_bytes = f->bytes;
    return RC_OK;
}

enum rc upload_used(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms, int64_t *bytes)
{
    return db_number(db, a, &q_used, ARGS(I64(user_id), I64(user_id), I64(now_ms)), bytes);
}

static enum rc check_length(struct arena *a, int64_t bytes, struct problem *why)
{
    if (bytes < 1)
        return refuse(why, RC_INVALID, "file", "The file is empty.");
    if (bytes > conf()->upload_max_bytes)
        return refuse(why, RC_TOO_LARGE, "file",
                      arena_printf(a, "A file may have at most %s; this one has %s.",
                                   fmt_bytes(a, conf()->upload_max_bytes), fmt_bytes(a, bytes)));
    return RC_OK;
}

static enum rc sniff(struct arena *a, const char *path, struct problem *why)
{
    enum rc rc = media_sniff(a, path, why);
    return rc == RC_TYPE ? refuse(why, rc, "file", why->text) : rc;
}

/* Check that the file is a picture; having none (path "") is fine, too. */
static enum rc sniff_poster(struct arena *a, const char *path, struct problem *why)
{
    enum rc rc = path[0] ? media_sniff_image(a, path, why) : RC_OK;
    return rc == RC_TYPE ? refuse(why, rc, "poster", why->text) : rc;
}

struct creation {
    struct arena *a;
    const struct upload_new *wanted;
    struct upload *out;
    int64_t now_ms;
    struct problem *why;
};

static enum rc check_quota(struct db *db, const struct creation *c)
{
    int64_t used, quota = conf()->quota_bytes, length = c->wanted->length_bytes;

    TRY(upload_used(db, c->a, c->wanted->user_id, c->now_ms, &used));
    if (used + length <= quota)
        return RC_OK;
    return refuse(c->why, RC_TOO_LARGE, "file",
                  arena_printf(c->a,
                               "Your videos may take up %s in all; %s is in use and this file has "
                               "%s. Deleting one in the studio makes room.",
                               fmt_bytes(c->a, quota), fmt_bytes(c->a, used),
                               fmt_bytes(c->a, length)));
}

static enum rc count_start(struct db *db, const struct creation *c)
{
    struct limit limit = { "upload", DAY_MS, conf()->uploads_per_day };
    const char *member = arena_printf(c->a, "%" PRId64, c->wanted->user_id);

    if (c->wanted->by_operator)
        return RC_OK;
    enum rc rc = throttle_count(db, c->a, &limit, member, c->now_ms, c->why);
    if (rc == RC_LIMITED)
        return refuse(c->why, rc, "file",
                      arena_printf(c->a, "At most %" PRId64 " uploads can be started in a day. %s",
                                   limit.max, c->why->text));
    return rc;
}

static enum rc insert(struct db *db, void *arg)
{
    const struct creation *c = arg;
    const struct video_text *t = &c->wanted->text;
    struct upload *u = c->out;
    int64_t member;

    /* Two at once could each find room for one, so a lock on the member's row makes one wait. */
    TRY(db_number(db, c->a, &q_lock_member, ARGS(I64(u->user_id)), &member));
    TRY(check_quota(db, c));
    TRY(count_start(db, c));
    return db_insert(db, &q_create,
                     ARGS(STR(u->public_id), I64(u->user_id), I64(u->length_bytes),
                          STR(u->file_name), VIDEO_TEXT_ARGS(t), I64(c->now_ms),
                          I64(u->expires_ms)),
                     &u->id);
}

static int64_t expiry_ms(int64_t now_ms) { return now_ms + conf()->upload_expiry_hours * HOUR_MS; }

static enum rc create_row(struct db *db, struct arena *a, const struct upload_new *wanted,
                          int64_t now_ms, struct upload *out, struct problem *why)
{
    struct creation c = { a, wanted, out, now_ms, why };
    bool fits = strlen(wanted->file_name) <= FILE_NAME_MAX_BYTES;

    *out = (struct upload){
        .user_id = wanted->user_id,
        .length_bytes = wanted->length_bytes,
        .expires_ms = expiry_ms(now_ms),
        .public_id = random_id(a, UPLOAD_ID_BYTES),
        .file_name = fits ? wanted->file_name : "",
        .video = "",
    };
    return db_transact(db, insert, &c);
}

/* The end of an upload: it is deleted, or becomes a video. */
struct ending {
    struct arena *a;
    struct upload *u;
    int64_t now_ms, video_id;
};

/* Delete an upload only as it was read: one that has grown meanwhile, or is a video, stays. */
static enum rc drop_once(struct db *db, void *arg)
{
    const struct ending *e = arg;
    const char *name = e->u->public_id;
    int64_t dropped;

    TRY(db_run(db, &q_drop, ARGS(I64(e->u->id), I64(e->u->expires_ms)), &dropped));
    if (dropped == 0)
        return RC_NOT_FOUND;
    TRY(removal_enqueue(db, "incoming", name));
    return removal_enqueue(db, "incoming", arena_printf(e->a, "%s" INCOMING_POSTER, name));
}

static enum rc drop(struct db *db, struct arena *a, struct upload *u)
{
    struct ending e = { .a = a, .u = u };
    return db_transact(db, drop_once, &e);
}

/* Delete the row again and return `rc`; a row that cannot be deleted now will expire. */
static enum rc undo(struct db *db, struct arena *a, struct upload *u, enum rc rc)
{
    if (drop(db, a, u) != RC_OK)
        log_error("upload %s is left to the sweep", u->public_id);
    return rc;
}

/* The row lock makes the second of two callers wait and then find the video. From then on the text
 * is the video's alone. */
static enum rc finish_once(struct db *db, void *arg)
{
    struct ending *e = arg;
    struct upload *u = e->u;
    struct video_text text;

    TRY(db_one(db, e->a, &q_lock, ARGS(I64(u->id)), u));
    e->video_id = u->video_id;
    if (e->video_id)
        return RC_OK;
    TRY(db_one(db, e->a, &q_text, ARGS(I64(u->id)), &text));
    TRY(video_create(db, e->a, u->user_id, &text, u->length_bytes, e->now_ms, &e->video_id,
                     &u->video));
    TRY(transcode_enqueue(db, e->video_id, u->public_id, e->now_ms));
    return db_run(db, &q_became, ARGS(I64(e->video_id), I64(u->id)), NULL);
}

/* All bytes are on disk: make the video and its job, once, however often this is called. */
static enum rc finish(struct db *db, struct arena *a, struct upload *u, int64_t now_ms)
{
    struct ending e = { .a = a, .u = u, .now_ms = now_ms };

    enum rc rc = db_transact(db, finish_once, &e);
    u->offset_bytes = u->length_bytes;
    if (rc != RC_OK)
        return rc;
    u->video_id = e.video_id;
    log_about("video:%s", u->video);
    return RC_OK;
}

static enum rc take_poster(struct arena *a, const struct upload_new *wanted, const struct upload *u)
{
    const char *path = wanted->poster_path;
    return path[0] ? incoming_take(a, path, incoming_poster_key(a, u->public_id)) : RC_OK;
}

enum rc upload_create(struct db *db, struct arena *a, struct upload_new *wanted, int64_t now_ms,
                      struct upload *out, struct problem *why)
{
    TRY(video_text_check(db, a, &wanted->text, why));
    TRY(sniff_poster(a, wanted->poster_path, why));
    TRY(check_length(a, wanted->length_bytes, why));
    TRY(incoming_room(a, wanted->length_bytes, why));
    TRY(create_row(db, a, wanted, now_ms, out, why));
    enum rc rc = incoming_make(a, out->public_id);
    if (rc == RC_OK)
        rc = take_poster(a, wanted, out);
    return rc == RC_OK ? rc : undo(db, a, out, rc);
}

enum rc upload_adopt(struct db *db, struct arena *a, struct upload_new *wanted, const char *path,
                     int64_t now_ms, struct upload *out, struct problem *why)
{
    TRY(video_text_check(db, a, &wanted->text, why));
    TRY(sniff_poster(a, wanted->poster_path, why));
    TRY(check_length(a, wanted->length_bytes, why));
    TRY(sniff(a, path, why));
    TRY(create_row(db, a, wanted, now_ms, out, why));
    enum rc rc = take_poster(a, wanted, out);
    if (rc == RC_OK)
        rc = incoming_take(a, path, incoming_key(a, out->public_id));
    if (rc != RC_OK)
        return undo(db, a, out, rc);
    if (finish(db, a, out, now_ms) != RC_OK)
        log_info("upload %s is complete; the sweep makes its video", out->public_id);
    return RC_OK;
}

enum rc upload_get(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                   int64_t now_ms, struct upload *out)
{
    struct incoming f;
    enum rc rc = RC_OK;

    TRY(open_own(db, a, public_id, user_id, now_ms, out, &f));
    if (!out->video_id && f.bytes == out->length_bytes)
        rc = finish(db, a, out, now_ms);
    incoming_close(&f);
    return rc;
}

enum rc upload_cancel(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                      int64_t now_ms, struct problem *why)
{
    struct incoming f;
    struct upload u;

    TRY(open_own(db, a, public_id, user_id, now_ms, &u, &f));
    if (u.video_id)
        return refuse(why, RC_DENIED, NULL,
                      "This upload is complete. Delete the video in the studio.");
    enum rc rc = drop(db, a, &u);
    incoming_close(&f);
    return rc;
}

static enum rc check_place(struct arena *a, const struct upload *u, const struct piece *p,
                           struct problem *why)
{
    if (p->offset_bytes != u->offset_bytes)
        return refuse(why, RC_CONFLICT, "Upload-Offset",
                      arena_printf(a, "%" PRId64 " bytes have arrived; continue from there.",
                                   u->offset_bytes));
    if (p->n_bytes > u->length_bytes - u->offset_bytes)
        return refuse(
            why, RC_TOO_LARGE, "Upload-Length",
            arena_printf(a, "This upload was announced with %" PRId64 " bytes.", u->length_bytes));
    return RC_OK;
}

/* As soon as enough has arrived to tell, refuse and delete a file that is not a video. Its contents
 * are checked when it is processed. */
static enum rc check_type(struct db *db, struct arena *a, struct upload *u, int64_t before_bytes,
                          struct problem *why)
{
    int64_t enough = MIN_OF(u->length_bytes, (int64_t)MEDIA_HEAD_BYTES);

    if (before_bytes >= enough || u->offset_bytes < enough)
        return RC_OK;
    enum rc rc = sniff(a, store_path(a, STORE_MEDIA, incoming_key(a, u->public_id)), why);
    return rc == RC_TYPE ? undo(db, a, u, rc) : rc;
}

static enum rc append(struct db *db, struct arena *a, struct incoming *f, struct upload *u,
                      struct piece *piece, int64_t now_ms, struct problem *why)
{
    enum rc rc = incoming_append(a, f, piece, u->length_bytes, why);

    u->offset_bytes = f->bytes;
    if (rc == RC_OK)
        rc = check_type(db, a, u, piece->offset_bytes, why);
    if (rc != RC_OK)
        return rc;
    u->expires_ms = expiry_ms(now_ms);
    TRY(db_run(db, &q_put_off, ARGS(I64(u->expires_ms), I64(u->id)), NULL));
    return f->bytes == u->length_bytes ? finish(db, a, u, now_ms) : RC_OK;
}

enum rc upload_append(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                      struct piece *piece, int64_t now_ms, struct upload *out, struct problem *why)
{
    struct incoming f;

    TRY(open_own(db, a, public_id, user_id, now_ms, out, &f));
    enum rc rc = check_place(a, out, piece, why);
    if (rc == RC_OK && !out->video_id)
        rc = append(db, a, &f, out, piece, now_ms, why);
    incoming_close(&f);
    return rc;
}

/* Sweep an upload that is not a video yet. An error is logged and does not hold up the others. */
static enum rc sweep_one(struct db *db, struct arena *a, struct upload *u, int64_t now_ms,
                         int64_t *dropped)
{
    struct incoming f;

    enum rc rc = incoming_open(a, u->public_id, &f);
    if (rc == RC_OK && f.bytes == u->length_bytes)
        rc = finish(db, a, u, now_ms);
    else if (u->expires_ms <= now_ms && (rc == RC_OK || rc == RC_NOT_FOUND)) {
        rc = drop(db, a, u);
        *dropped += rc == RC_OK;
    }
    incoming_close(&f);
    if (rc != RC_OK && rc != RC_BUSY && rc != RC_LOCKED && rc != RC_NOT_FOUND)
        log_error("upload %s could not be swept: %s", u->public_id, rc_name(rc));
    return rc == RC_BUSY ? rc : RC_OK;
}

static enum rc sweep_rows(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    struct upload_list list;
    int64_t after = 0;

    do {
        TRY(DB_LIST(db, a, &q_sweep, ARGS(I64(after)), SWEEP_BATCH, &list));
        for (size_t i = 0; i < list.n; i++) {
            after = list.items[i].id;
            TRY(sweep_one(db, a, &list.items[i], now_ms, dropped));
        }
    } while (list.n == SWEEP_BATCH);
    return RC_OK;
}

enum rc upload_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    *dropped = 0;
    TRY(sweep_rows(db, a, now_ms, dropped));
    return incoming_sweep(now_ms, dropped);
}

STMT(q_recategorise, NULL,
     "UPDATE upload u JOIN category c ON c.id = u.category_id SET u.category_id = c.merged_into"
     " WHERE c.merged_into IS NOT NULL");

enum rc upload_recategorise(struct db *db) { return db_run(db, &q_recategorise, NO_ARGS, NULL); }
