#include "app/publish/import.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

STMT(q_present, &number_shape,
     "SELECT u.id AS n FROM upload u JOIN video v ON v.id = u.video_id WHERE u.user_id = ?"
     " AND u.file_name = ? AND u.length_bytes = ? AND v.state <> 'deleted' LIMIT 1");

/* "/films/My_first-video.mp4" -> "My first video"; names that are not text become "Untitled". */
static const char *title_of(struct arena *a, const char *name)
{
    char *title = arena_str(a, name), *dot = strrchr(title, '.');

    if (dot && dot > title)
        *dot = 0;
    for (char *p = title; *p; p++)
        if (*p == '_' || *p == '-')
            *p = ' ';
    title = str_clean(a, title, false);
    if (!str_is_text(title, strlen(title), false) || !title[0])
        return "Untitled";
    return fmt_cut(a, title, TITLE_MAX_CHARS);
}

static enum rc copy_all(int from, int to, int64_t bytes)
{
    while (bytes > 0) {
        ssize_t n = sendfile(to, from, NULL, (size_t)MIN_OF(bytes, INT64_C(1) << 30));
        if (n < 0)
            return errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_FAIL;
        if (n == 0)
            return RC_INVALID; /* it became shorter meanwhile */
        bytes -= n;
    }
    return RC_OK;
}

/* *key is the copy's key in the media store; the caller removes the copy if it is not adopted. */
static enum rc copy_in(struct arena *a, const char *path, int64_t bytes, const char **key)
{
    int from = open(path, O_RDONLY | O_CLOEXEC), to = -1;
    enum rc rc = from < 0 ? RC_DENIED : store_room(bytes);

    *key = arena_printf(a, "incoming/form-%s", random_id(a, 16));
    if (rc == RC_OK)
        rc = store_open(STORE_MEDIA, *key, O_WRONLY | O_CREAT | O_EXCL, &to);
    if (rc == RC_OK)
        rc = copy_all(from, to, bytes);
    if (rc == RC_OK && fsync(to))
        rc = RC_FAIL;
    if (to >= 0)
        close(to);
    if (from >= 0)
        close(from);
    return rc;
}

static enum rc take(struct db *db, struct arena *a, const struct import *import, const char *path,
                    const char *name, int64_t bytes, struct upload *out, struct problem *why)
{
    struct upload_new wanted = {
        .user_id = import->user_id,
        .length_bytes = bytes,
        .file_name = name,
        .text = import->text,
        .poster_path = "",
        .by_operator = true,
    };
    const char *key;
    int64_t found;

    enum rc rc = db_number(db, a, &q_present, ARGS(I64(import->user_id), STR(name), I64(bytes)),
                           &found);
    if (rc != RC_NOT_FOUND)
        return rc == RC_OK ? RC_CONFLICT : rc;
    if (!wanted.text.title[0])
        wanted.text.title = title_of(a, name);
    rc = copy_in(a, path, bytes, &key);
    if (rc == RC_OK)
        rc = upload_adopt(db, a, &wanted, store_path(a, STORE_MEDIA, key), import->now_ms, out,
                          why);
    if (rc != RC_OK && store_remove(STORE_MEDIA, key) != RC_OK)
        return RC_FAIL;
    return rc;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool ends_all(enum rc rc) { return rc == RC_BUSY || rc == RC_FULL || rc == RC_FAIL; }

enum rc import_path(struct db *db, struct arena *a, const struct import *import, const char *path)
{
    char *paths[] = { arena_str(a, path), NULL };
    struct stat st;
    enum rc rc = RC_OK;
    FTSENT *e;

    if (stat(path, &st))
        return RC_NOT_FOUND;
    FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, by_name);
    if (tree == NULL)
        return RC_FAIL;
    for (size_t n = 0; !ends_all(rc) && n < IMPORT_FILES_MAX && (e = fts_read(tree)) != NULL;) {
        bool hidden = e->fts_name[0] == '.' && e->fts_level > 0;
        if (e->fts_info == FTS_D && (hidden || e->fts_level > IMPORT_DEPTH_MAX))
            fts_set(tree, e, FTS_SKIP);
        if (e->fts_info != FTS_F || hidden)
            continue;
        struct problem why = { NULL, NULL };
        struct upload upload = { .video = "" };
        rc = take(db, a, import, e->fts_path, e->fts_name, e->fts_statp->st_size, &upload, &why);
        import->report(import->arg, e->fts_path, rc, &upload, &why);
        n++;
    }
    fts_close(tree);
    return ends_all(rc) ? rc : RC_OK;
}
