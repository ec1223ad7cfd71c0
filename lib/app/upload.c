#include "app/upload.h"
#include "app/removal.h"
#include "app/throttle.h"
#include "app/transcode.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/digest.h"
#include "io/media.h"
#include "io/secret.h"
#include "io/store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    UPLOAD_ID_BYTES = 16, /* 128 bits: 22 characters */
    COPY_BYTES = 256 * 1024,
    ROOM_EVERY_BYTES = 16 * 1024 * 1024,
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
     "SELECT " UPLOAD_COLUMNS " WHERE u.id > ? AND (u.video_id IS NULL OR u.expires_ms <= ?)"
     " ORDER BY u.id LIMIT 100");

STMT(q_create, NULL,
     "INSERT INTO upload (public_id, user_id, length_bytes, file_name, title, description,"
     " category_id, tags, visibility, allow_preview, created_ms, expires_ms)"
     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_put_off, NULL, "UPDATE upload SET expires_ms = ? WHERE id = ?");
STMT(q_became, NULL, "UPDATE upload SET video_id = ? WHERE id = ?");
STMT(q_forget, NULL, "DELETE FROM upload WHERE id = ?");
STMT(q_drop, NULL, "DELETE FROM upload WHERE id = ? AND expires_ms = ? AND video_id IS NULL");

SHAPE(text_shape, struct video_text, COLUMN(struct video_text, title),
      COLUMN(struct video_text, description), COLUMN(struct video_text, tags),
      COLUMN(struct video_text, visibility), COLUMN(struct video_text, category_id),
      COLUMN(struct video_text, allow_preview));
STMT(q_text, &text_shape,
     "SELECT title, description, tags, visibility, category_id, allow_preview FROM upload"
     " WHERE id = ?");

struct number {
    int64_t n;
};
SHAPE(number_shape, struct number, COLUMN(struct number, n));
STMT(q_lock_member, &number_shape, "SELECT id AS n FROM user WHERE id = ? FOR UPDATE");
STMT(q_used, &number_shape,
     "SELECT CAST((SELECT COALESCE(SUM(original_bytes), 0) FROM video"
     " WHERE user_id = ? AND state <> 'deleted')"
     " + (SELECT COALESCE(SUM(length_bytes), 0) FROM upload"
     " WHERE user_id = ? AND video_id IS NULL AND expires_ms > ?) AS SIGNED) AS n");

static char *key_of(struct arena *a, const char *name)
{
    return arena_printf(a, "incoming/%s", name);
}

char *upload_poster_key(struct arena *a, const char *source)
{
    return arena_printf(a, "incoming/%s.poster", source);
}

static enum rc disk_error(const char *what, const char *name)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return RC_FULL;
    log_error("upload: %s %s: %s", what, name, strerror(errno));
    return RC_FAIL;
}

/* The upload's file, locked until *fd is closed (-1 after a refusal); u->offset_bytes is its size. */
static enum rc open_locked(struct arena *a, struct upload *u, int *fd)
{
    struct stat st;

    *fd = -1;
    TRY(store_open(STORE_MEDIA, key_of(a, u->public_id), O_RDWR, fd));
    enum rc rc = RC_OK;
    if (flock(*fd, LOCK_EX | LOCK_NB))
        rc = errno == EWOULDBLOCK ? RC_LOCKED : disk_error("lock", u->public_id);
    else if (fstat(*fd, &st))
        rc = disk_error("stat", u->public_id);
    else
        u->offset_bytes = st.st_size;
    if (rc != RC_OK) {
        close(*fd);
        *fd = -1;
    }
    return rc;
}

/* A member's upload with its file locked; *fd is -1 once it is a video, when nothing is written any
 * more and the file belongs to the processing. */
static enum rc open_own(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                        int64_t now_ms, struct upload *u, int *fd)
{
    *fd = -1;
    TRY(db_one(db, a, &q_own, ARGS(STR(public_id), I64(user_id)), u));
    if (u->video_id) {
        u->offset_bytes = u->length_bytes;
        return RC_OK;
    }
    return u->expires_ms <= now_ms ? RC_GONE : open_locked(a, u, fd);
}

/* Move a file of a form to that key; "" is none. */
static enum rc take_file(struct arena *a, const char *path, const char *key)
{
    const char *slash = strrchr(path, '/');

    return slash ? store_move(STORE_MEDIA, key_of(a, slash + 1), key) : RC_OK;
}

enum rc upload_used(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms, int64_t *bytes)
{
    struct number used;

    TRY(db_one(db, a, &q_used, ARGS(I64(user_id), I64(user_id), I64(now_ms)), &used));
    *bytes = used.n;
    return RC_OK;
}

static enum rc check_length(struct arena *a, int64_t bytes, struct problem *why)
{
    if (bytes < 1)
        return refuse(why, RC_INVALID, "file", "The file is empty.");
    if (bytes > conf()->upload_max_bytes)
        return refuse(why, RC_TOO_LARGE, "file",
                      arena_printf(a, "A file may have %s; this one has %s.",
                                   fmt_bytes(a, conf()->upload_max_bytes), fmt_bytes(a, bytes)));
    return RC_OK;
}

static enum rc check_room(struct arena *a, int64_t bytes, struct problem *why)
{
    enum rc rc = store_room(bytes);

    if (rc == RC_FULL)
        return refuse(why, rc, "file",
                      arena_printf(a,
                                   "The site's disk has no room for %s more at the moment. Nothing"
                                   " that has arrived is lost; please try again later.",
                                   fmt_bytes(a, bytes)));
    return rc;
}

static enum rc sniff(struct arena *a, const char *path, struct problem *why)
{
    enum rc rc = media_sniff(a, path, why);
    return rc == RC_TYPE ? refuse(why, rc, "file", why->text) : rc;
}

/* A picture need not be; when one is there, it is one. */
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
                               "Your videos may have %s together; %s are in use and this file has"
                               " %s. Deleting one in the studio makes room.",
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
    struct number member;

    /* Two at a time could each find room for one: the member's row makes the second wait. */
    TRY(db_one(db, c->a, &q_lock_member, ARGS(I64(u->user_id)), &member));
    TRY(check_quota(db, c));
    TRY(count_start(db, c));
    return db_insert(db, &q_create,
                     ARGS(STR(u->public_id), I64(u->user_id), I64(u->length_bytes),
                          STR(u->file_name), STR(t->title), STR(t->description),
                          I64(t->category_id), STR(t->tags), STR(t->visibility),
                          I64(t->allow_preview), I64(c->now_ms), I64(u->expires_ms)),
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

/* The end of an upload: it goes, or it becomes a video. */
struct ending {
    struct arena *a;
    struct upload *u;
    int64_t now_ms, video_id;
};

/* Only as it was read: one that has grown meanwhile, or is a video, stays. */
static enum rc drop_once(struct db *db, void *arg)
{
    const struct ending *e = arg;
    const char *name = e->u->public_id;
    int64_t dropped;

    TRY(db_run(db, &q_drop, ARGS(I64(e->u->id), I64(e->u->expires_ms)), &dropped));
    if (dropped == 0)
        return RC_NOT_FOUND;
    TRY(removal_enqueue(db, "incoming", name));
    return removal_enqueue(db, "incoming", arena_printf(e->a, "%s.poster", name));
}

static enum rc drop(struct db *db, struct arena *a, struct upload *u)
{
    struct ending e = { .a = a, .u = u };
    return db_transact(db, drop_once, &e);
}

/* Hand `rc` back after taking the row back; what cannot be taken back now expires. */
static enum rc undo(struct db *db, struct arena *a, struct upload *u, enum rc rc)
{
    if (drop(db, a, u) != RC_OK)
        log_error("upload %s is left to the sweep", u->public_id);
    return rc;
}

/* The row lock makes the second of two callers wait and then find the video. */
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
    if (rc == RC_OK)
        u->video_id = e.video_id;
    return rc;
}

enum rc upload_create(struct db *db, struct arena *a, struct upload_new *wanted, int64_t now_ms,
                      struct upload *out, struct problem *why)
{
    TRY(video_text_check(db, a, &wanted->text, why));
    TRY(sniff_poster(a, wanted->poster_path, why));
    TRY(check_length(a, wanted->length_bytes, why));
    TRY(check_room(a, wanted->length_bytes, why));
    TRY(create_row(db, a, wanted, now_ms, out, why));
    enum rc rc = store_write(STORE_MEDIA, key_of(a, out->public_id), "", 0);
    if (rc == RC_OK)
        rc = take_file(a, wanted->poster_path, upload_poster_key(a, out->public_id));
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
    enum rc rc = take_file(a, wanted->poster_path, upload_poster_key(a, out->public_id));
    if (rc == RC_OK)
        rc = take_file(a, path, key_of(a, out->public_id));
    if (rc != RC_OK)
        return undo(db, a, out, rc);
    if (finish(db, a, out, now_ms) != RC_OK)
        log_info("upload %s is complete; the sweep makes its video", out->public_id);
    return RC_OK;
}

enum rc upload_get(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                   int64_t now_ms, struct upload *out)
{
    enum rc rc = RC_OK;
    int fd;

    TRY(open_own(db, a, public_id, user_id, now_ms, out, &fd));
    if (fd < 0)
        return RC_OK;
    if (out->offset_bytes == out->length_bytes)
        rc = finish(db, a, out, now_ms);
    close(fd);
    return rc;
}

enum rc upload_cancel(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                      int64_t now_ms, struct problem *why)
{
    struct upload u;
    int fd;

    TRY(open_own(db, a, public_id, user_id, now_ms, &u, &fd));
    if (fd < 0)
        return refuse(why, RC_DENIED, NULL,
                      "This upload is complete. Delete the video in the studio.");
    enum rc rc = drop(db, a, &u);
    close(fd);
    return rc;
}

struct checksum {
    struct digest *digest; /* NULL: none was sent */
    char *expected;
    size_t expected_n;
};

static enum rc checksum_begin(struct arena *a, const char *text, struct checksum *out,
                              struct problem *why)
{
    size_t name_n = strcspn(text, " ");
    const char *value = text + name_n + strspn(text + name_n, " ");

    *out = (struct checksum){ NULL, NULL, 0 };
    if (!text[0])
        return RC_OK;
    out->digest = digest_new(a, arena_strn(a, text, name_n));
    if (out->digest &&
        str_unbase64(a, value, strlen(value), &out->expected, &out->expected_n) == RC_OK)
        return RC_OK;
    return refuse(why, RC_INVALID, "Upload-Checksum",
                  "Send a checksum as its name (" DIGEST_NAMES "), a space and base64.");
}

static enum rc write_on(int fd, struct upload *u, const char *p, size_t n)
{
    while (n) {
        ssize_t put = pwrite(fd, p, n, u->offset_bytes);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return disk_error("write", u->public_id);
        u->offset_bytes += put;
        p += put;
        n -= (size_t)put;
    }
    return RC_OK;
}

/* From the sender to the file, as far as the disk's reserve allows. When the sender ends early, what
 * came is kept. There is no least speed: the web server has read the whole request before it starts
 * this program, so a slow sender does not hold us up. */
static enum rc copy(struct arena *a, int fd, struct upload *u, const struct upload_piece *piece,
                    struct digest *digest, struct problem *why)
{
    char *buf = arena_alloc(a, COPY_BYTES);
    int64_t end = piece->offset_bytes + piece->n_bytes, room_at = piece->offset_bytes;

    while (u->offset_bytes < end) {
        if (u->offset_bytes >= room_at) {
            TRY(check_room(a, u->length_bytes - u->offset_bytes, why));
            room_at = u->offset_bytes + ROOM_EVERY_BYTES;
        }
        int64_t left = end - u->offset_bytes;
        size_t n = piece->read(piece->from, buf, (size_t)MIN_OF(left, (int64_t)COPY_BYTES));
        if (n == 0)
            break;
        if (digest)
            digest_add(digest, buf, n);
        TRY(write_on(fd, u, buf, n));
    }
    return RC_OK;
}

/* Nothing after `bytes` counts. */
static enum rc cut(int fd, struct upload *u, int64_t bytes)
{
    u->offset_bytes = bytes;
    return ftruncate(fd, bytes) ? disk_error("cut", u->public_id) : RC_OK;
}

/* Whatever the outcome, u->offset_bytes is on disk and the file ends there. */
static enum rc take_piece(struct arena *a, int fd, struct upload *u, struct upload_piece *piece,
                          struct problem *why)
{
    struct checksum sum;

    TRY(checksum_begin(a, piece->checksum, &sum, why));
    enum rc rc = copy(a, fd, u, piece, sum.digest, why);
    piece->is_damaged = sum.digest && !digest_is(sum.digest, sum.expected, sum.expected_n);
    if (piece->is_damaged)
        TRY(cut(fd, u, piece->offset_bytes));
    if (fdatasync(fd)) {
        enum rc lost = disk_error("sync", u->public_id);
        TRY(cut(fd, u, piece->offset_bytes));
        return lost;
    }
    if (rc == RC_OK && piece->is_damaged)
        return refuse(why, RC_INVALID, "Upload-Checksum",
                      "The piece arrived damaged: its checksum is another. Send it again.");
    return rc;
}

static enum rc check_place(struct arena *a, const struct upload *u, const struct upload_piece *p,
                           struct problem *why)
{
    if (p->offset_bytes != u->offset_bytes)
        return refuse(
            why, RC_CONFLICT, "Upload-Offset",
            arena_printf(a, "%" PRId64 " bytes have arrived; go on from there.", u->offset_bytes));
    if (p->n_bytes > u->length_bytes - u->offset_bytes)
        return refuse(
            why, RC_TOO_LARGE, "Upload-Length",
            arena_printf(a, "This upload was announced with %" PRId64 " bytes.", u->length_bytes));
    return RC_OK;
}

/* As soon as enough is there to tell, a file that is no video is refused and dropped. Its inside is
 * looked at when it is processed. */
static enum rc check_type(struct db *db, struct arena *a, struct upload *u, int64_t before_bytes,
                          struct problem *why)
{
    int64_t enough = MIN_OF(u->length_bytes, (int64_t)MEDIA_HEAD_BYTES);

    if (before_bytes >= enough || u->offset_bytes < enough)
        return RC_OK;
    enum rc rc = sniff(a, store_path(a, STORE_MEDIA, key_of(a, u->public_id)), why);
    return rc == RC_TYPE ? undo(db, a, u, rc) : rc;
}

static enum rc append(struct db *db, struct arena *a, int fd, struct upload *u,
                      struct upload_piece *piece, int64_t now_ms, struct problem *why)
{
    int64_t before_bytes = u->offset_bytes;

    enum rc rc = take_piece(a, fd, u, piece, why);
    if (rc == RC_OK)
        rc = check_type(db, a, u, before_bytes, why);
    if (rc != RC_OK)
        return rc;
    u->expires_ms = expiry_ms(now_ms);
    TRY(db_run(db, &q_put_off, ARGS(I64(u->expires_ms), I64(u->id)), NULL));
    return u->offset_bytes == u->length_bytes ? finish(db, a, u, now_ms) : RC_OK;
}

enum rc upload_append(struct db *db, struct arena *a, const char *public_id, int64_t user_id,
                      struct upload_piece *piece, int64_t now_ms, struct upload *out,
                      struct problem *why)
{
    int fd;

    TRY(open_own(db, a, public_id, user_id, now_ms, out, &fd));
    enum rc rc = check_place(a, out, piece, why);
    if (fd < 0)
        return rc;
    if (rc == RC_OK)
        rc = append(db, a, fd, out, piece, now_ms, why);
    close(fd);
    return rc;
}

/* An upload that is not a video yet, or one whose row has served. */
static enum rc sweep_one(struct db *db, struct arena *a, struct upload *u, int64_t now_ms,
                         int64_t *dropped)
{
    bool expired = u->expires_ms <= now_ms;
    int fd;

    if (u->video_id)
        return db_run(db, &q_forget, ARGS(I64(u->id)), NULL);
    enum rc rc = open_locked(a, u, &fd);
    if (rc == RC_LOCKED)
        return RC_OK; /* somebody is at it */
    if (rc == RC_OK && u->offset_bytes == u->length_bytes)
        rc = finish(db, a, u, now_ms);
    else if (expired && (rc == RC_OK || rc == RC_NOT_FOUND)) {
        rc = drop(db, a, u);
        *dropped += rc == RC_OK;
    }
    if (fd >= 0)
        close(fd);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc sweep_rows(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    struct upload_list list;
    int64_t after = 0;

    do {
        TRY(DB_LIST(db, a, &q_sweep, ARGS(I64(after), I64(now_ms)), SWEEP_BATCH, &list));
        for (size_t i = 0; i < list.n; i++) {
            after = list.items[i].id;
            TRY(sweep_one(db, a, &list.items[i], now_ms, dropped));
        }
    } while (list.n == SWEEP_BATCH);
    return RC_OK;
}

/* Without a row and untouched for a day: what a form sent to a program that was killed, or a
 * picture whose video file has gone. */
static bool is_left_over(int dir, const char *name, int64_t now_ms)
{
    const char *dot = strrchr(name, '.');
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ||
        st.st_mtim.tv_sec * SECOND_MS > now_ms - DAY_MS)
        return false;
    if (str_starts(name, "form-"))
        return true;
    if (!str_eq(dot, ".poster"))
        return false;
    char original[NAME_MAX + 1];
    snprintf(original, sizeof(original), "%.*s", (int)(dot - name), name);
    return fstatat(dir, original, &st, AT_SYMLINK_NOFOLLOW) && errno == ENOENT;
}

static enum rc sweep_files(struct arena *a, int64_t now_ms, int64_t *dropped)
{
    int fd;

    TRY(store_open(STORE_MEDIA, "incoming", O_RDONLY | O_DIRECTORY, &fd));
    DIR *dir = fdopendir(fd);
    if (dir == NULL)
        return disk_error("list", "incoming");
    enum rc rc = RC_OK;
    for (struct dirent *e; rc == RC_OK && (e = readdir(dir));)
        if (is_left_over(fd, e->d_name, now_ms)) {
            rc = store_remove(STORE_MEDIA, key_of(a, e->d_name));
            *dropped += rc == RC_OK;
        }
    closedir(dir);
    return rc;
}

enum rc upload_sweep(struct db *db, struct arena *a, int64_t now_ms, int64_t *dropped)
{
    *dropped = 0;
    TRY(sweep_rows(db, a, now_ms, dropped));
    return sweep_files(a, now_ms, dropped);
}
