/* multipart/form-data, RFC 7578: fields go to memory, files to disk, in whatever order they
 * come. */
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"
#include "web/req.h"
#include "web/transport.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024, PART_HEAD_MAX_BYTES = 4096, BOUNDARY_MAX_BYTES = 70 };
enum { ROOM_EVERY_BYTES = 16 * 1024 * 1024, FILES_MAX = 8 };

struct part {
    char name[FIELD_NAME_MAX_BYTES + 1];
    bool is_file;
    struct sb text;    /* of a field */
    struct file *file; /* or the file being written */
    int fd;
    int64_t room_checked;
};

struct multipart {
    struct req *r;
    char boundary[BOUNDARY_MAX_BYTES + 5]; /* CR LF - - and the boundary */
    size_t boundary_n;
    char *buf; /* PIECE_BYTES; the unread bytes are buf[0..n) */
    size_t n;
    size_t text_bytes; /* of all fields so far */
};

static enum rc damaged(struct req *r)
{
    return refuse(&r->why, RC_INVALID, NULL,
                  "The form arrived damaged or incomplete. Please send it again.");
}

static bool more(struct multipart *m)
{
    size_t got = req_body_read(m->r, m->buf + m->n, PIECE_BYTES - m->n);

    m->n += got;
    return got > 0;
}

static void drop(struct multipart *m, size_t n)
{
    m->n -= n;
    memmove(m->buf, m->buf + n, m->n);
}

static int64_t file_limit(const struct req *r)
{
    if (r->endpoint->files == DATA_FILES)
        return DATA_FILE_MAX_BYTES;
    return r->endpoint->files == VIDEO_FILES ? conf()->upload_max_bytes : IMAGE_FILE_MAX_BYTES;
}

static void remove_file(void *arg)
{
    const struct file *file = arg;

    if (file->path[0])
        unlink(file->path);
}

static enum rc file_begin(struct req *r, struct part *part, const char *file_name)
{
    if (r->files.items == NULL)
        r->files.items = arena_array(r->arena, struct file, FILES_MAX);
    if (r->files.n == FILES_MAX || r->endpoint->files == NO_FILES)
        return refuse(&r->why, RC_INVALID, part->name, "No file is expected here.");
    part->file = &r->files.items[r->files.n];
    *part->file = (struct file){
        .field = arena_str(r->arena, part->name),
        .name = arena_str(r->arena, file_name),
        .path = arena_printf(r->arena, "%s/incoming/form-%s", conf()->media_dir,
                             random_id(r->arena, 16)),
    };
    part->fd = open(part->file->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
    if (part->fd < 0)
        return errno == ENOSPC ? RC_FULL : RC_FAIL;
    arena_defer(r->arena, remove_file, part->file);
    r->files.n++;
    return RC_OK;
}

/* A file that cannot be kept is read to its end all the same, so that the fields after it arrive
 * and the form can be shown again with what was typed. */
static void file_give_up(struct part *part, enum rc rc)
{
    part->file->rc = rc;
    if (ftruncate(part->fd, 0))
        part->file->bytes = 0; /* the file is removed with the request in any case */
}

static void file_write(struct req *r, struct part *part, const char *p, size_t n)
{
    struct file *file = part->file;

    if (file->rc != RC_OK)
        return;
    file->bytes += (int64_t)n;
    if (file->bytes > file_limit(r)) {
        file_give_up(part, RC_TOO_LARGE);
        return;
    }
    if (file->bytes - part->room_checked > ROOM_EVERY_BYTES || part->room_checked == 0) {
        part->room_checked = file->bytes;
        if (store_room(ROOM_EVERY_BYTES) != RC_OK) {
            file_give_up(part, RC_FULL);
            return;
        }
    }
    while (n) {
        ssize_t done = write(part->fd, p, n);
        if (done < 0) {
            file_give_up(part, errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_FAIL);
            return;
        }
        p += done, n -= (size_t)done;
    }
}

/* The value of `key` in a Content-Disposition line; false when absent. Browsers send quotes inside
 * it as %22, which is not decoded. */
static bool parameter(const char *line, const char *key, char *out, size_t cap)
{
    size_t n = strlen(key);

    for (const char *p = line; (p = strstr(p, key)) != NULL; p += n) {
        bool start = p > line && (p[-1] == ' ' || p[-1] == ';');
        if (!start || p[n] != '=' || p[n + 1] != '"')
            continue;
        const char *value = p + n + 2, *quote = strchr(value, '"');
        if (quote == NULL || (size_t)(quote - value) >= cap)
            return false;
        snprintf(out, cap, "%.*s", (int)(quote - value), value);
        return true;
    }
    return false;
}

static enum rc part_begin(struct multipart *m, struct part *part, const char *head)
{
    char file_name[256] = "";
    const char *line = strcasestr(head, "content-disposition:");

    *part = (struct part){ .fd = -1, .text = { .a = m->r->arena } };
    if (line == NULL)
        return damaged(m->r);
    line = arena_strn(m->r->arena, line, strcspn(line, "\r\n"));
    if (!parameter(line, "name", part->name, sizeof(part->name)))
        return damaged(m->r);
    part->is_file = strstr(line, "filename=") != NULL;
    if (!part->is_file)
        return RC_OK;
    if (!parameter(line, "filename", file_name, sizeof(file_name)) ||
        !str_is_text(file_name, strlen(file_name), false))
        snprintf(file_name, sizeof(file_name), "file");
    if (file_name[0] == 0)
        return RC_OK; /* the field was left empty: nothing to keep */
    if (m->r->without_files) {
        m->r->left_out_files = true;
        return RC_OK;
    }
    return file_begin(m->r, part, file_name);
}

static enum rc part_data(struct multipart *m, struct part *part, const char *p, size_t n)
{
    if (part->is_file) {
        if (part->file)
            file_write(m->r, part, p, n);
        return RC_OK;
    }
    m->text_bytes += n;
    if (m->text_bytes > m->r->endpoint->body_max_bytes)
        return refuse(&m->r->why, RC_TOO_LARGE, part->name, "The text of the form is too long.");
    sb_add(&part->text, p, n);
    return RC_OK;
}

static enum rc part_end(struct multipart *m, struct part *part)
{
    enum rc rc = RC_OK;

    if (part->fd >= 0) {
        if (part->file->rc == RC_OK && fsync(part->fd))
            file_give_up(part, RC_FULL);
        close(part->fd);
    } else if (!part->is_file)
        rc = field_add(m->r, &m->r->form, part->name, part->text.len ? part->text.buf : "",
                       part->text.len);
    part->fd = -1;
    return rc;
}

/* Pass everything up to the next boundary to the part (NULL: before the first part; thrown
 * away). */
static enum rc until_boundary(struct multipart *m, struct part *part)
{
    for (;;) {
        char *at = memmem(m->buf, m->n, m->boundary, m->boundary_n);
        size_t sure = at ? (size_t)(at - m->buf)
                         : m->n - MIN_OF(m->n, m->boundary_n); /* it may have begun */
        if (part && sure)
            TRY(part_data(m, part, m->buf, sure));
        if (at) {
            drop(m, sure + m->boundary_n);
            return RC_OK;
        }
        drop(m, sure);
        if (!more(m))
            return damaged(m->r);
    }
}

/* The header lines of a part; *head is NULL at the closing boundary. */
static enum rc part_head(struct multipart *m, const char **head)
{
    *head = NULL;
    while (m->n < 2)
        if (!more(m))
            return damaged(m->r);
    if (memcmp(m->buf, "--", 2) == 0)
        return RC_OK;
    for (;;) {
        char *end = memmem(m->buf, MIN_OF(m->n, (size_t)PART_HEAD_MAX_BYTES), "\r\n\r\n", 4);
        if (end) {
            size_t n = (size_t)(end - m->buf);
            *head = arena_strn(m->r->arena, m->buf, n);
            drop(m, n + 4);
            return RC_OK;
        }
        if (m->n >= PART_HEAD_MAX_BYTES || !more(m))
            return damaged(m->r);
    }
}

static enum rc find_boundary(struct multipart *m, const char *content_type)
{
    const char *p = strcasestr(content_type, "boundary=");
    char value[BOUNDARY_MAX_BYTES + 1];

    if (p == NULL)
        return damaged(m->r);
    p += strlen("boundary=");
    size_t n = *p == '"' ? strcspn(++p, "\"") : strcspn(p, "; ");
    if (n == 0 || n > BOUNDARY_MAX_BYTES)
        return damaged(m->r);
    snprintf(value, sizeof(value), "%.*s", (int)n, p);
    m->boundary_n = (size_t)snprintf(m->boundary, sizeof(m->boundary), "\r\n--%s", value);
    return RC_OK;
}

/* A form with a picture or a table that is far too long is refused unread. A video form is read in any case: the
 * fields after the file hold what was typed. */
static enum rc check_length(struct req *r)
{
    int64_t most = (int64_t)r->endpoint->body_max_bytes * 2 + PIECE_BYTES + file_limit(r);

    if (r->endpoint->files == VIDEO_FILES || r->transport->body_bytes <= most)
        return RC_OK;
    return refuse(&r->why, RC_TOO_LARGE, NULL,
                  r->endpoint->files == DATA_FILES ? "Files here may have at most 2 MB."
                                                   : "Pictures may have at most 10 MB.");
}

enum rc multipart_parse(struct req *r, const char *content_type)
{
    struct multipart m = { .r = r, .buf = arena_alloc(r->arena, PIECE_BYTES) };
    struct part part = { .fd = -1 };
    const char *head;

    TRY(check_length(r));
    TRY(find_boundary(&m, content_type));
    memcpy(m.buf, "\r\n", 2); /* the first boundary has no line before it */
    m.n = 2;
    TRY(until_boundary(&m, NULL));
    for (;;) {
        TRY(part_head(&m, &head));
        if (head == NULL)
            return RC_OK;
        enum rc rc = part_begin(&m, &part, head);
        if (rc == RC_OK)
            rc = until_boundary(&m, &part);
        if (rc == RC_OK)
            rc = part_end(&m, &part);
        if (part.fd >= 0)
            close(part.fd);
        if (rc != RC_OK)
            return rc;
    }
}
