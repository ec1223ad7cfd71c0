#include "io/zip.h"
#include "base/clock.h"
#include "base/log.h"
#include <archive.h>
#include <archive_entry.h>

enum { FILE_MODE = 0644 };

struct zip {
    struct archive *archive;
    bool (*write)(void *arg, const void *bytes, size_t n);
    void *arg;
};

static la_ssize_t take(struct archive *archive, void *arg, const void *bytes, size_t n)
{
    struct zip *z = arg;

    (void)archive;
    return z->write(z->arg, bytes, n) ? (la_ssize_t)n : -1;
}

static void release(void *arg)
{
    struct zip *z = arg;

    if (z->archive)
        archive_write_free(z->archive);
    z->archive = NULL;
}

static enum rc failed(struct zip *z)
{
    log_error("zip: %s", archive_error_string(z->archive));
    return RC_FAIL;
}

struct zip *zip_begin(struct arena *a, bool (*write)(void *arg, const void *bytes, size_t n),
                      void *arg)
{
    struct zip *z = arena_alloc(a, sizeof(*z));

    *z = (struct zip){ archive_write_new(), write, arg };
    assert(z->archive);
    arena_defer(a, release, z);
    archive_write_set_format_zip(z->archive);
    archive_write_set_bytes_in_last_block(z->archive, 1);
    archive_write_open(z->archive, z, NULL, take, NULL);
    return z;
}

enum rc zip_add(struct zip *z, const char *name, const void *bytes, size_t n, int64_t ms)
{
    struct archive_entry *entry = archive_entry_new();

    assert(entry);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)n);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, FILE_MODE);
    archive_entry_set_mtime(entry, ms / SECOND_MS, 0);
    bool ok = archive_write_header(z->archive, entry) == ARCHIVE_OK &&
              archive_write_data(z->archive, bytes, n) == (la_ssize_t)n;
    archive_entry_free(entry);
    return ok ? RC_OK : failed(z);
}

enum rc zip_end(struct zip *z)
{
    enum rc rc = archive_write_close(z->archive) == ARCHIVE_OK ? RC_OK : failed(z);

    release(z);
    return rc;
}
