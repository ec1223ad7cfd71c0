#include "av/incoming.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "io/digest.h"
#include "io/store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 256 * 1024, ROOM_EVERY_BYTES = 16 * 1024 * 1024 };

char *incoming_key(struct arena *a, const char *name)
{
    return arena_printf(a, "incoming/%s", name);
}

char *incoming_poster_key(struct arena *a, const char *name)
{
    return incoming_key(a, arena_printf(a, "%s" INCOMING_POSTER, name));
}

static enum rc disk_error(const char *what, const char *name)
{
    if (errno == ENOSPC || errno == EDQUOT)
        return RC_FULL;
    log_error("incoming: %s %s: %s", what, name, strerror(errno));
    return RC_FAIL;
}

enum rc incoming_make(struct arena *a, const char *name)
{
    return store_write(STORE_MEDIA, incoming_key(a, name), "", 0);
}

enum rc incoming_open(struct arena *a, const char *name, struct incoming *out)
{
    struct stat st;

    *out = (struct incoming){ .name = name, .fd = -1 };
    TRY(store_open(STORE_MEDIA, incoming_key(a, name), O_RDWR, &out->fd));
    enum rc rc = RC_OK;
    if (flock(out->fd, LOCK_EX | LOCK_NB))
        rc = errno == EWOULDBLOCK ? RC_LOCKED : disk_error("lock", name);
    else if (fstat(out->fd, &st))
        rc = disk_error("stat", name);
    else
        out->bytes = st.st_size;
    if (rc != RC_OK)
        incoming_close(out);
    return rc;
}

void incoming_close(struct incoming *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

enum rc incoming_room(struct arena *a, int64_t bytes, struct problem *why)
{
    enum rc rc = store_room(bytes);

    if (rc != RC_FULL)
        return rc;
    return refuse(why, rc, "file",
                  arena_printf(a,
                               "The site's disk has no room for %s more at the moment. Nothing that"
                               " has arrived is lost; please try again later.",
                               fmt_bytes(a, bytes)));
}

struct checksum {
    struct digest *digest; /* NULL: no checksum was sent */
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

static enum rc write_on(struct incoming *f, const char *p, size_t n)
{
    while (n) {
        ssize_t put = pwrite(f->fd, p, n, f->bytes);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return disk_error("write", f->name);
        f->bytes += put;
        p += put;
        n -= (size_t)put;
    }
    return RC_OK;
}

/* Copies from the sender to the file as far as the disk's reserve allows. There is no minimum
 * speed: the web server has the whole request before it calls a program, so a slow sender occupies
 * none. */
static enum rc copy(struct arena *a, struct incoming *f, const struct piece *piece,
                    int64_t total_bytes, struct digest *digest, struct problem *why)
{
    char *buf = arena_alloc(a, COPY_BYTES);
    int64_t end = piece->offset_bytes + piece->n_bytes, room_at = piece->offset_bytes;

    while (f->bytes < end) {
        if (f->bytes >= room_at) {
            TRY(incoming_room(a, total_bytes - f->bytes, why));
            room_at = f->bytes + ROOM_EVERY_BYTES;
        }
        int64_t left = end - f->bytes;
        size_t n = piece->read(piece->from, buf, (size_t)MIN_OF(left, (int64_t)COPY_BYTES));
        if (n == 0)
            break;
        if (digest)
            digest_add(digest, buf, n);
        TRY(write_on(f, buf, n));
    }
    return RC_OK;
}

/* Drops everything from that byte on, as if it had never arrived. */
static enum rc cut(struct incoming *f, int64_t bytes)
{
    f->bytes = bytes;
    return ftruncate(f->fd, bytes) ? disk_error("cut", f->name) : RC_OK;
}

enum rc incoming_append(struct arena *a, struct incoming *f, struct piece *piece,
                        int64_t total_bytes, struct problem *why)
{
    struct checksum sum;

    assert(piece->offset_bytes == f->bytes && piece->n_bytes <= total_bytes - f->bytes);
    TRY(checksum_begin(a, piece->checksum, &sum, why));
    enum rc rc = copy(a, f, piece, total_bytes, sum.digest, why);
    piece->is_damaged = sum.digest && !digest_is(sum.digest, sum.expected, sum.expected_n);
    if (piece->is_damaged)
        TRY(cut(f, piece->offset_bytes));
    if (fdatasync(f->fd)) {
        enum rc lost = disk_error("sync", f->name);
        TRY(cut(f, piece->offset_bytes));
        return lost;
    }
    if (rc == RC_OK && piece->is_damaged)
        return refuse(why, RC_INVALID, "Upload-Checksum",
                      "The piece arrived damaged: its checksum does not match. Send it again.");
    return rc;
}

enum rc incoming_take(struct arena *a, const char *path, const char *key)
{
    const char *slash = strrchr(path, '/');

    assert(slash);
    return store_move(STORE_MEDIA, incoming_key(a, slash + 1), key);
}

static bool is_left_over(int dir, const char *name, int64_t now_ms)
{
    const char *dot = strrchr(name, '.');
    char owner[NAME_MAX + 1];
    struct stat st;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode) ||
        st.st_mtim.tv_sec * SECOND_MS > now_ms - DAY_MS)
        return false;
    if (str_starts(name, "form-") || name[0] == '.')
        return true;
    if (!str_eq(dot, INCOMING_POSTER))
        return false;
    snprintf(owner, sizeof(owner), "%.*s", (int)(dot - name), name);
    return fstatat(dir, owner, &st, AT_SYMLINK_NOFOLLOW) && errno == ENOENT;
}

enum rc incoming_sweep(int64_t now_ms, int64_t *removed)
{
    enum rc rc = RC_OK;
    int fd;

    TRY(store_open(STORE_MEDIA, "incoming", O_RDONLY | O_DIRECTORY, &fd));
    DIR *dir = fdopendir(fd);
    if (dir == NULL) {
        rc = disk_error("list", "incoming");
        close(fd);
        return rc;
    }
    for (struct dirent *e; rc == RC_OK && (e = readdir(dir));)
        if (is_left_over(fd, e->d_name, now_ms)) {
            rc = unlinkat(fd, e->d_name, 0) ? disk_error("remove", e->d_name) : RC_OK;
            *removed += rc == RC_OK;
        }
    closedir(dir);
    return rc;
}
