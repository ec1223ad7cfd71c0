#include "web/tus.h"
#include "base/str.h"
#include "web/transport.h"

#define VERSION "1.0.0"

enum rc tus_begin(struct req *r)
{
    r->keep = "no-store";
    reply_header(r, "Tus-Resumable", VERSION);
    if (str_eq(req_header(r, "Tus-Resumable"), VERSION))
        return RC_OK;
    r->status = 412;
    reply_header(r, "Tus-Version", VERSION);
    return refuse(&r->why, RC_INVALID, "Tus-Resumable",
                  "Tus-Resumable has to be " VERSION ", the version supported here.");
}

enum rc tus_options(struct req *r, const char *extensions, const char *checksums, int64_t max_bytes)
{
    reply_header(r, "Tus-Resumable", VERSION);
    reply_header(r, "Tus-Version", VERSION);
    reply_header(r, "Tus-Extension", extensions);
    reply_header(r, "Tus-Checksum-Algorithm", checksums);
    tus_reply_bytes(r, "Tus-Max-Size", max_bytes);
    return reply_no_content(r);
}

enum rc tus_bytes(struct req *r, const char *name, int64_t *out)
{
    const char *text = req_header(r, name);

    if (str_to_i64(text, strlen(text), 0, INT64_MAX, out) == RC_OK)
        return RC_OK;
    return refuse(&r->why, RC_INVALID, name,
                  arena_printf(r->arena, "%s has to be a number of bytes.", name));
}

void tus_reply_bytes(struct req *r, const char *name, int64_t bytes)
{
    reply_header(r, name, arena_printf(r->arena, "%" PRId64, bytes));
}

static enum rc bad_metadata(struct req *r)
{
    return refuse(&r->why, RC_INVALID, "Upload-Metadata",
                  "Upload-Metadata takes names, each followed by a space and base64.");
}

enum rc tus_metadata(struct req *r)
{
    for (const char *p = req_header(r, "Upload-Metadata"); *p; p += *p == ',') {
        p += strspn(p, " ");
        size_t pair_n = strcspn(p, ","), name_n = strcspn(p, " ,"), value_n;
        size_t value_at = MIN_OF(name_n + 1, pair_n); /* a name alone has an empty value */
        char *value;
        if (name_n == 0 ||
            str_unbase64(r->arena, p + value_at, pair_n - value_at, &value, &value_n) != RC_OK)
            return bad_metadata(r);
        TRY(field_add(r, &r->form, arena_strn(r->arena, p, name_n), value, value_n));
        p += pair_n;
    }
    return RC_OK;
}

enum rc tus_check_body(struct req *r)
{
    if (!str_eq(req_header(r, "Content-Type"), "application/offset+octet-stream"))
        return refuse(&r->why, RC_TYPE, "Content-Type",
                      "A piece is sent as application/offset+octet-stream.");
    if (req_body_bytes(r) < 0)
        return refuse(&r->why, RC_INVALID, "Content-Length", "A piece has to give its length.");
    return RC_OK;
}
