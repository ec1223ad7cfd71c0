#include "io/store.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* The users of a site's programs share its folders through their group. */
enum { DIR_MODE = 0770, FILE_MODE = 0640 };

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/* The result for errno; unexpected errors are logged here. */
static enum rc failed(const char *what, const char *key)
{
    switch (errno) {
    case ENOENT: return RC_NOT_FOUND;
    case EEXIST:
    case EISDIR:
    case ENOTEMPTY: return RC_CONFLICT;
    case ELOOP:
    case ENOTDIR: return RC_DENIED;
    case ENOSPC:
    case EDQUOT: return RC_FULL;
    default: log_error("store: %s %s: %s", what, key, strerror(errno)); return RC_FAIL;
    }
}

bool store_key_ok(const char *key)
{
    int depth = 1;

    if (strnlen(key, STORE_KEY_MAX_BYTES + 1) > STORE_KEY_MAX_BYTES)
        return false;
    for (const char *p = key;; p++, depth++) {
        size_t n = strspn(p, NAME_CHARS);
        if (n == 0 || n > NAME_MAX || *p == '.' || depth > STORE_DEPTH_MAX)
            return false;
        p += n;
        if (*p != '/')
            return *p == 0;
    }
}

static const char *root_of(enum store where)
{
    return where == STORE_MEDIA ? conf()->media_dir : conf()->var_dir;
}

char *store_path(struct arena *a, enum store where, const char *key)
{
    assert(store_key_ok(key));
    return arena_printf(a, "%s/%s", root_of(where), key);
}

/* Step from directory `dir`, which is closed, into `name` below it. */
static enum rc step_into(int *dir, const char *name, bool make)
{
    bool made = make && mkdirat(*dir, name, DIR_MODE) == 0;
    int next = -1;

    if (!make || made || errno == EEXIST)
        next = openat(*dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    enum rc rc = next < 0 ? failed("enter", name) : RC_OK;
    if (rc == RC_OK && made && (fchmod(next, DIR_MODE) || fsync(*dir))) {
        rc = failed("make", name);
        close(next);
    }
    close(*dir);
    *dir = next;
    return rc;
}

/* Open the directory that holds `key`, making missing ones if `make`; *name is the last name
 * of the key. The caller closes *dir after RC_OK. */
static enum rc open_above(enum store where, const char *key, bool make, int *dir, const char **name)
{
    char part[NAME_MAX + 1];

    if (!store_key_ok(key))
        return RC_INVALID;
    *dir = open(root_of(where), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*dir < 0)
        return failed("open", root_of(where));
    for (size_t n; key[n = strcspn(key, "/")] == '/'; key += n + 1) {
        snprintf(part, sizeof(part), "%.*s", (int)n, key);
        TRY(step_into(dir, part, make));
    }
    *name = key;
    return RC_OK;
}

enum rc store_dir(enum store where, const char *key)
{
    const char *name;
    int dir;

    TRY(open_above(where, key, true, &dir, &name));
    TRY(step_into(&dir, name, true));
    close(dir);
    return RC_OK;
}

static bool has_mode(int fd, mode_t mode)
{
    struct stat st;

    return fstat(fd, &st) == 0 && (st.st_mode & ALLPERMS) == mode;
}

static enum rc open_in(int dir, const char *name, int flags, int *fd)
{
    *fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (*fd < 0)
        return failed("open", name);
    if ((flags & O_CREAT) && !has_mode(*fd, FILE_MODE) && fchmod(*fd, FILE_MODE)) {
        enum rc rc = failed("chmod", name);
        close(*fd);
        return rc;
    }
    return RC_OK;
}

enum rc store_open(enum store where, const char *key, int flags, int *fd)
{
    const char *name;
    int dir;

    TRY(open_above(where, key, false, &dir, &name));
    enum rc rc = open_in(dir, name, flags, fd);
    close(dir);
    return rc;
}

static enum rc write_all(int fd, const char *key, const char *data, size_t n)
{
    while (n) {
        ssize_t put = write(fd, data, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return failed("write", key);
        data += put;
        n -= (size_t)put;
    }
    return fsync(fd) ? failed("fsync", key) : RC_OK;
}

enum rc store_write(enum store where, const char *key, const void *data, size_t n)
{
    char temp[32];
    const char *name;
    uint64_t random;
    int dir, fd;

    TRY(open_above(where, key, true, &dir, &name));
    random_bytes(&random, sizeof(random));
    snprintf(temp, sizeof(temp), ".%016" PRIx64, random); /* no key can name such a file */
    enum rc rc = open_in(dir, temp, O_WRONLY | O_CREAT | O_EXCL, &fd);
    if (rc == RC_OK) {
        rc = write_all(fd, key, data, n);
        close(fd);
    }
    if (rc == RC_OK && (renameat(dir, temp, dir, name) || fsync(dir)))
        rc = failed("write", key);
    if (rc != RC_OK)
        unlinkat(dir, temp, 0);
    close(dir);
    return rc;
}

/* Read until n bytes are there or the file ends. */
static enum rc read_all(int fd, const char *key, char *data, size_t *n)
{
    size_t want = *n;

    for (*n = 0; *n < want;) {
        ssize_t got = read(fd, data + *n, want - *n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failed("read", key);
        if (got == 0)
            break;
        *n += (size_t)got;
    }
    return RC_OK;
}

enum rc store_read(struct arena *a, enum store where, const char *key, size_t max_bytes, char **out,
                   size_t *n)
{
    struct stat st;
    int fd;

    TRY(store_open(where, key, O_RDONLY | O_NONBLOCK, &fd)); /* a pipe must not hold us up */
    enum rc rc = RC_OK;
    if (fstat(fd, &st))
        rc = failed("stat", key);
    else if (!S_ISREG(st.st_mode))
        rc = RC_DENIED;
    else if ((uint64_t)st.st_size > max_bytes)
        rc = RC_TOO_LARGE;
    if (rc == RC_OK) {
        *n = (size_t)st.st_size;
        *out = arena_alloc(a, *n + 1);
        rc = read_all(fd, key, *out, n);
    }
    close(fd);
    return rc;
}

enum rc store_move(enum store where, const char *from, const char *to)
{
    const char *from_name, *to_name;
    int from_dir, to_dir;

    TRY(open_above(where, from, false, &from_dir, &from_name));
    enum rc rc = open_above(where, to, true, &to_dir, &to_name);
    if (rc != RC_OK)
        goto out;
    if (renameat(from_dir, from_name, to_dir, to_name) || fsync(to_dir) || fsync(from_dir))
        rc = failed("move", from);
    close(to_dir);
out:
    close(from_dir);
    return rc;
}

/* Called for every file of a tree and for every directory, after its contents. */
typedef enum rc visit(int dir, const char *name, const struct stat *st, int64_t *sum);

static enum rc walk(int dir, const char *name, int depth, visit *fn, int64_t *sum);

/* NOLINTNEXTLINE(misc-no-recursion): walk() goes 2 * STORE_DEPTH_MAX deep */
static enum rc walk_inside(int dir, const char *name, int depth, visit *fn, int64_t *sum)
{
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    enum rc rc = list == NULL ? failed("list", name) : RC_OK;

    if (list == NULL) {
        if (fd >= 0)
            close(fd);
        return rc;
    }
    for (struct dirent *e; rc == RC_OK && (e = readdir(list));)
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            rc = walk(fd, e->d_name, depth + 1, fn, sum);
    closedir(list);
    return rc;
}

/* A name that vanishes in the meantime counts as visited. */
/* NOLINTNEXTLINE(misc-no-recursion): `depth` has a limit */
static enum rc walk(int dir, const char *name, int depth, visit *fn, int64_t *sum)
{
    struct stat st;
    enum rc rc = RC_OK;

    if (depth > 2 * STORE_DEPTH_MAX) {
        log_error("store: %s is nested deeper than anything this site stores", name);
        return RC_FAIL;
    }
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
        rc = failed("stat", name);
    else if (S_ISDIR(st.st_mode))
        rc = walk_inside(dir, name, depth, fn, sum);
    if (rc == RC_OK)
        rc = fn(dir, name, &st, sum);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc unlink_one(int dir, const char *name, const struct stat *st, int64_t *sum)
{
    (void)sum;
    return unlinkat(dir, name, S_ISDIR(st->st_mode) ? AT_REMOVEDIR : 0) ? failed("remove", name)
                                                                        : RC_OK;
}

static enum rc add_size(int dir, const char *name, const struct stat *st, int64_t *sum)
{
    (void)dir;
    (void)name;
    if (S_ISREG(st->st_mode))
        *sum += st->st_size;
    return RC_OK;
}

static enum rc walk_key(enum store where, const char *key, visit *fn, int64_t *sum)
{
    const char *name;
    int dir;
    enum rc rc = open_above(where, key, false, &dir, &name);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    rc = walk(dir, name, 0, fn, sum);
    close(dir);
    return rc;
}

enum rc store_remove(enum store where, const char *key)
{
    return walk_key(where, key, unlink_one, NULL);
}

static enum rc see_version(int dir, const char *name, const struct stat *st, int64_t *version)
{
    (void)dir;
    (void)name;
    *version = (int64_t)st->st_ino * 1000003 + st->st_mtim.tv_sec * 1000000007 +
               st->st_mtim.tv_nsec;
    return RC_OK;
}

enum rc store_version(enum store where, const char *key, int64_t *version)
{
    *version = 0;
    return walk_key(where, key, see_version, version);
}

enum rc store_size(enum store where, const char *key, int64_t *bytes)
{
    *bytes = 0;
    return walk_key(where, key, add_size, bytes);
}

/* What the file system of a folder has free besides the reserve. */
static enum rc room_in(const char *folder, int64_t *bytes)
{
    struct statvfs fs;

    if (statvfs(folder, &fs))
        return failed("statvfs", folder);
    int64_t free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
    int64_t share = (int64_t)(fs.f_blocks * fs.f_frsize) / 100 * conf()->disk_reserve_percent;
    *bytes = free_bytes - MAX_OF(conf()->disk_reserve_bytes, share);
    return RC_OK;
}

static enum rc room(int64_t *bytes)
{
    int64_t spool_bytes;

    TRY(room_in(conf()->media_dir, bytes));
    TRY(room_in(conf()->var_dir, &spool_bytes));
    *bytes = MIN_OF(*bytes, spool_bytes);
    return RC_OK;
}

enum rc store_room(int64_t bytes)
{
    int64_t left;

    TRY(room(&left));
    return bytes > left ? RC_FULL : RC_OK;
}

/* One write of always the same length, so that a full disk has room for it and no reader sees half
 * of it. */
void store_note_room(void)
{
    char text[64];
    int64_t left;
    int fd;

    if (room(&left) != RC_OK || store_open(STORE_VAR, "run/room", O_WRONLY | O_CREAT, &fd) != RC_OK)
        return;
    int n = snprintf(text, sizeof(text), "%20" PRId64 " %20" PRId64 "\n", MAX_OF(left, 0),
                     (int64_t)time(NULL));
    if (pwrite(fd, text, (size_t)n, 0) != n)
        (void)failed("write", "run/room");
    close(fd);
}

enum rc lock_take(const char *name, int *lock)
{
    char key[STORE_KEY_MAX_BYTES];
    int fd;

    snprintf(key, sizeof(key), "run/%s.lock", name);
    TRY(store_dir(STORE_VAR, "run"));
    /* Reading is enough for a lock, and all that another user of the site's group may do. */
    TRY(store_open(STORE_VAR, key, O_RDONLY | O_CREAT, &fd));
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        enum rc rc = errno == EWOULDBLOCK ? RC_BUSY : failed("lock", name);
        close(fd);
        return rc;
    }
    if (lock)
        *lock = fd;
    return RC_OK;
}

void lock_drop(int lock) { close(lock); }
