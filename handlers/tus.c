/*
 * tus: uploads in pieces, so that a broken connection loses at most one piece.
 *
 *   OPTIONS /upload/files/       the versions and extensions of tus that are supported
 *   POST    /upload/files/       a new upload of Upload-Length bytes: 201, Location and {"url"}
 *   HEAD    /upload/files/{id}   Upload-Offset: how much has arrived
 *   PATCH   /upload/files/{id}   a piece that begins at Upload-Offset: 204 and the next offset
 *   DELETE  /upload/files/{id}   abandons the upload
 *
 * tus 1.0.0 with creation, termination, expiration and checksum. The text about the video comes
 * as Upload-Metadata or, because the server takes 8 KiB of headers, as the form of /upload
 * without its file. Uploads in parallel parts (Upload-Concat) are refused when they begin: a part
 * is no video. The answer to a complete upload names the video it became: Video-Id.
 *
 * Who     signed in; for a member, the uploads of others do not exist
 * Pieces  at most 64 MiB (lighttpd.conf). PATCH and DELETE have to be real methods: with
 *         X-HTTP-Method-Override, a POST would be another request than the one that was checked.
 * Status  460 the checksum of a piece does not match; 412 another version of tus;
 *         409 the piece does not begin at Upload-Offset; 507 also names it: the disk is full
 * Views   views/tus.json of struct tus_page
 */
#include "app/publish/upload.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "io/digest.h"
#include "pages/video_fields.h"
#include "views/models/tus.h"
#include "web/tus.h"

static void tell(struct req *r, const struct upload *u)
{
    if (u->offset_bytes >= 0)
        tus_reply_bytes(r, "Upload-Offset", u->offset_bytes);
    if (u->video[0])
        reply_header(r, "Video-Id", u->video);
    else if (u->expires_ms)
        reply_header(r, "Upload-Expires", fmt_http(r->arena, u->expires_ms));
}

static enum rc options(struct req *r)
{
    return tus_options(r, "creation,termination,expiration,checksum", DIGEST_NAMES,
                       conf()->upload_max_bytes);
}

static enum rc create(struct req *r)
{
    struct upload_new wanted = { .user_id = r->viewer.user_id };
    struct upload u;

    if (req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(tus_begin(r));
    if (req_header(r, "Upload-Concat")[0])
        return refuse(&r->why, RC_INVALID, "Upload-Concat",
                      "Uploads in parallel parts are not supported: send the file as one upload.");
    TRY(tus_bytes(r, "Upload-Length", &wanted.length_bytes));
    TRY(tus_metadata(r));
    TRY(video_text_sent(r, &VIDEO_TEXT_NEW, &wanted.text));
    TRY(poster_of(r, &wanted.poster_path));
    wanted.file_name = form_str(r, "filename");
    TRY(upload_create(r->db, r->arena, &wanted, r->now_ms, &u, &r->why));
    struct tus_page page = { arena_printf(r->arena, "/upload/files/%s", u.public_id) };
    r->status = 201;
    reply_header(r, "Location", page.url);
    tell(r, &u);
    json_tus(reply_json(r), &page);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    struct upload u;

    TRY(tus_begin(r));
    TRY(upload_get(r->db, r->arena, req_segment(r, 2), r->viewer.user_id, r->now_ms, &u));
    tus_reply_bytes(r, "Upload-Length", u.length_bytes);
    tell(r, &u);
    return RC_OK;
}

static size_t read_body(void *r, void *buf, size_t n) { return req_body_read(r, buf, n); }

static enum rc append(struct req *r)
{
    struct piece piece = { .n_bytes = req_body_bytes(r), .read = read_body, .from = r };
    struct upload u = { .offset_bytes = -1, .video = "" };

    TRY(tus_begin(r));
    TRY(tus_check_body(r));
    TRY(tus_bytes(r, "Upload-Offset", &piece.offset_bytes));
    piece.checksum = req_header(r, "Upload-Checksum");
    enum rc rc = upload_append(r->db, r->arena, req_segment(r, 2), r->viewer.user_id, &piece,
                               r->now_ms, &u, &r->why);
    tell(r, &u);
    if (piece.is_damaged)
        r->status = 460;
    return rc == RC_OK ? reply_no_content(r) : rc;
}

static enum rc cancel(struct req *r)
{
    TRY(tus_begin(r));
    TRY(upload_cancel(r->db, r->arena, req_segment(r, 2), r->viewer.user_id, r->now_ms, &r->why));
    return reply_no_content(r);
}

int main(void)
{
    static const struct endpoint tus = {
        .name = "tus",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = VIDEO_FIELDS_MAX_BYTES,
        .files = IMAGE_FILES,
        .streams = true,
        .api = true,
        .on = { [GET] = show,
                [POST] = create,
                [PATCH] = append,
                [DELETE] = cancel,
                [OPTIONS] = options },
    };
    return serve(&tus, error_view);
}
