#include "app/watching/spool.h"
#include "base/log.h"
#include "base/str.h"
#include "io/store.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "spool"

enum { MAGIC = 0x3162766f /* "ovb1" */, READ_RECORDS = 512, OPEN_TRIES = 100 };

/* A record on disk. In another byte order its magic number does not match. */
struct record {
    uint32_t crc; /* of everything that follows */
    uint32_t magic;
    char session[SPOOL_SESSION_MAX_BYTES]; /* padded with 0s */
    int64_t user_id, video_id, creator_id, length_ms, t0_ms, t1_ms, media_ms;
    uint32_t flags, position_ms, from_ms, to_ms;
};
static_assert(sizeof(struct record) == SPOOL_RECORD_BYTES, "no padding");

/* The file that this process writes. */
static struct {
    int fd; /* valid while `pid` is this process */
    pid_t pid;
    int64_t began_ms, bytes;
} writer;

uint32_t spool_crc32c(const void *bytes, size_t n)
{
    static const uint32_t polynomial = 0x82f63b78; /* reflected */
    static uint32_t table[256];
    const unsigned char *p = bytes;
    uint32_t crc = UINT32_MAX;

    if (table[1] == 0)
        for (uint32_t i = 0; i < COUNT(table); i++) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; bit++)
                value = value >> 1 ^ (value & 1 ? polynomial : 0);
            table[i] = value;
        }
    for (size_t i = 0; i < n; i++)
        crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xff];
    return ~crc;
}

static uint32_t crc_of(const struct record *r)
{
    return spool_crc32c((const char *)r + sizeof(r->crc), sizeof(*r) - sizeof(r->crc));
}

static bool is_sound(const struct played *p)
{
    return str_only(p->session, STR_BASE64URL) && p->user_id > 0 && p->video_id > 0 &&
           p->creator_id > 0 && p->length_ms >= 0 && p->media_ms >= 0 && p->t0_ms >= 0 &&
           p->t1_ms >= p->t0_ms && p->t1_ms - p->t0_ms <= SPOOL_STRETCH_MAX_MS &&
           p->position_ms >= 0 && p->position_ms <= UINT32_MAX && p->from_ms >= 0 &&
           p->to_ms >= p->from_ms && p->to_ms <= UINT32_MAX;
}

static struct record encode(const struct played *p)
{
    struct record r = {
        .magic = MAGIC,
        .user_id = p->user_id,
        .video_id = p->video_id,
        .creator_id = p->creator_id,
        .length_ms = p->length_ms,
        .t0_ms = p->t0_ms,
        .t1_ms = p->t1_ms,
        .media_ms = p->media_ms,
        .flags = p->flags,
        .position_ms = (uint32_t)p->position_ms,
        .from_ms = (uint32_t)p->from_ms,
        .to_ms = (uint32_t)p->to_ms,
    };
    memcpy(r.session, p->session, strnlen(p->session, sizeof(r.session)));
    r.crc = crc_of(&r);
    return r;
}

static bool decode(const struct record *r, struct played *p)
{
    if (r->magic != MAGIC || r->crc != crc_of(r))
        return false;
    *p = (struct played){
        .user_id = r->user_id,
        .video_id = r->video_id,
        .creator_id = r->creator_id,
        .length_ms = r->length_ms,
        .t0_ms = r->t0_ms,
        .t1_ms = r->t1_ms,
        .media_ms = r->media_ms,
        .flags = r->flags,
        .position_ms = r->position_ms,
        .from_ms = r->from_ms,
        .to_ms = r->to_ms,
    };
    memcpy(p->session, r->session, sizeof(r->session));
    return is_sound(p);
}

const char *spool_node(void)
{
    static char node[SPOOL_NODE_MAX_BYTES + 1];

    if (node[0])
        return node;
    if (gethostname(node, sizeof(node) - 1) || node[0] == 0)
        snprintf(node, sizeof(node), "localhost");
    for (char *p = node; *p; p++)
        if (strchr(STR_BASE64URL, *p) == NULL)
            *p = '_';
    return node;
}

/* The file is ours if it is locked and still has its name: a reader that was faster may have found
 * it finished and removed it. */
static bool is_ours(int fd)
{
    struct stat st;
    return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink == 1;
}

static enum rc begin_file(int64_t now_ms)
{
    char key[SPOOL_NAME_MAX_BYTES + sizeof(FOLDER "/")];
    int fd;

    TRY(store_dir(STORE_VAR, FOLDER));
    for (int64_t i = 0; i < OPEN_TRIES; i++) {
        snprintf(key, sizeof(key), FOLDER "/%s.%013" PRId64 ".%d", spool_node(), now_ms + i,
                 getpid());
        enum rc rc = store_open(STORE_VAR, key, O_CREAT | O_EXCL | O_WRONLY | O_APPEND, &fd);
        if (rc == RC_CONFLICT)
            continue;
        TRY(rc);
        if (is_ours(fd)) {
            writer.fd = fd;
            writer.pid = getpid();
            writer.began_ms = now_ms;
            writer.bytes = 0;
            return RC_OK;
        }
        close(fd);
    }
    log_error("no spool file could be begun");
    return RC_FAIL;
}

static void end_file(void)
{
    close(writer.fd);
    writer.pid = 0;
}

static bool has_file(int64_t now_ms)
{
    if (writer.pid != getpid())
        return false; /* no file yet, or the parent's */
    if (writer.bytes + SPOOL_RECORD_BYTES <= SPOOL_FILE_MAX_BYTES &&
        now_ms - writer.began_ms < SPOOL_FILE_MAX_MS)
        return true;
    end_file();
    return false;
}

enum rc spool_add(const struct played *p, int64_t now_ms)
{
    const struct record r = encode(p);

    assert(is_sound(p));
    if (!has_file(now_ms))
        TRY(begin_file(now_ms));
    ssize_t n = write(writer.fd, &r, sizeof(r));
    if (n == sizeof(r)) {
        writer.bytes += n;
        return RC_OK;
    }
    int error = n < 0 ? errno : ENOSPC; /* part of it was written: there was no room for the rest */
    log_error("spool: %s", strerror(error));
    if (n > 0 && ftruncate(writer.fd, writer.bytes))
        end_file(); /* nothing may follow a torn record */
    return error == ENOSPC || error == EDQUOT ? RC_FULL : RC_FAIL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum rc spool_list(struct arena *a, struct spool_names *out)
{
    const char *prefix = arena_printf(a, "%s.", spool_node());
    const struct dirent *entry;

    *out = (struct spool_names){ NULL, 0 };
    TRY(store_dir(STORE_VAR, FOLDER));
    DIR *dir = opendir(store_path(a, STORE_VAR, FOLDER));
    if (dir == NULL) {
        log_error("spool: %s", strerror(errno));
        return RC_FAIL;
    }
    out->items = arena_array(a, const char *, SPOOL_FILES_MAX);
    while (out->n < SPOOL_FILES_MAX && (entry = readdir(dir)))
        if (str_starts(entry->d_name, prefix) && strlen(entry->d_name) <= SPOOL_NAME_MAX_BYTES)
            out->items[out->n++] = arena_str(a, entry->d_name);
    closedir(dir);
    SORT(out->items, out->n, by_name);
    return RC_OK;
}

void spool_sync(const struct spool_names *names)
{
    char key[SPOOL_NAME_MAX_BYTES + sizeof(FOLDER "/")];
    int fd;

    for (size_t i = 0; i < names->n; i++) {
        snprintf(key, sizeof(key), FOLDER "/%s", names->items[i]);
        if (store_open(STORE_VAR, key, O_RDONLY, &fd) != RC_OK)
            continue;
        if (fdatasync(fd))
            log_error("spool file %s: %s", names->items[i], strerror(errno));
        close(fd);
    }
}

enum rc spool_open(const char *name, int64_t offset, struct spool_reader *r)
{
    char key[SPOOL_NAME_MAX_BYTES + sizeof(FOLDER "/")];

    assert(offset >= 0 && offset % SPOOL_RECORD_BYTES == 0);
    *r = (struct spool_reader){ .offset = offset, .name = name };
    snprintf(key, sizeof(key), FOLDER "/%s", name);
    TRY(store_open(STORE_VAR, key, O_RDONLY, &r->fd));
    r->finished = flock(r->fd, LOCK_EX | LOCK_NB) == 0;
    return RC_OK;
}

enum rc spool_read(struct spool_reader *r, struct played *out, size_t max, size_t *n)
{
    struct record records[READ_RECORDS];

    for (*n = 0; *n < max;) {
        size_t want = MIN_OF(max - *n, (size_t)READ_RECORDS) * SPOOL_RECORD_BYTES;
        ssize_t bytes = pread(r->fd, records, want, r->offset);
        if (bytes < 0) {
            log_error("spool file %s: %s", r->name, strerror(errno));
            return RC_FAIL;
        }
        size_t whole = (size_t)bytes / SPOOL_RECORD_BYTES;
        if (whole == 0)
            break;
        for (size_t i = 0; i < whole; i++, r->offset += SPOOL_RECORD_BYTES) {
            if (decode(&records[i], &out[*n])) {
                (*n)++;
                continue;
            }
            if (r->corrupt++ == 0)
                log_error("spool file %s: damaged from byte %" PRId64, r->name, r->offset);
        }
    }
    return RC_OK;
}

void spool_close(struct spool_reader *r)
{
    close(r->fd);
    r->fd = -1;
}

enum rc spool_remove(struct spool_reader *r)
{
    char key[SPOOL_NAME_MAX_BYTES + sizeof(FOLDER "/")];

    assert(r->finished && r->fd >= 0);
    snprintf(key, sizeof(key), FOLDER "/%s", r->name);
    return store_remove(STORE_VAR, key);
}
