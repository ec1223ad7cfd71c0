#include "io/lines.h"
#include "base/log.h"
#include <errno.h>
#include <zlib.h>

struct lines {
    gzFile file;
    const char *path;
    char line[LINES_MAX_BYTES];
};

enum rc lines_open(struct arena *a, const char *path, struct lines **out)
{
    struct lines *l = arena_array(a, struct lines, 1);

    *out = NULL;
    errno = 0;
    l->path = path;
    l->file = gzopen(path, "re");
    if (l->file == NULL)
        return errno == ENOENT ? RC_NOT_FOUND : RC_DENIED;
    *out = l;
    return RC_OK;
}

enum rc lines_next(struct lines *l, const char **line)
{
    int error;

    if (gzgets(l->file, l->line, (int)sizeof(l->line)) == NULL) {
        const char *why = gzerror(l->file, &error);
        if (error == Z_OK || error == Z_STREAM_END || error == Z_BUF_ERROR)
            return RC_NOT_FOUND; /* Z_BUF_ERROR: it is still being written */
        log_error("lines: %s: %s", l->path, why);
        return RC_FAIL;
    }
    size_t n = strcspn(l->line, "\n");
    if (l->line[n] == 0) /* too long: the rest of it is skipped */
        for (int c; (c = gzgetc(l->file)) != -1 && c != '\n';)
            ;
    l->line[n] = 0;
    *line = l->line;
    return RC_OK;
}

void lines_close(struct lines *l)
{
    if (l)
        gzclose(l->file);
}
