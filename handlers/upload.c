/*
 * upload: the form for a new video.
 *
 *   GET  /upload   limits, formats and the form
 *   POST /upload   the form with its file in one request, for browsers without JavaScript; scripts
 *                  send the file in pieces to /upload/files/ (tus.c). 303 to the studio.
 *
 * Who    signed in; no subscription is needed
 * Views  views/upload.html and views/upload.json, both of struct upload_page
 */
#include "app/publish/upload.h"
#include "base/conf.h"
#include "av/media.h"
#include "base/fmt.h"
#include "pages/video_fields.h"
#include "views/models/upload.h"
#include "web/req.h"

static enum rc fill(struct req *r, const struct video_text *text, struct upload_page *page)
{
    *page = (struct upload_page){
        .frame = frame_of(r, "Upload a video", "upload"),
        .formats = media_formats(r->arena),
        .max_bytes = conf()->upload_max_bytes,
        .max_minutes = conf()->upload_max_minutes,
        .quota_bytes = conf()->quota_bytes,
        .uploads_per_day = conf()->uploads_per_day,
        .chunk_bytes = conf()->upload_chunk_bytes,
        .expiry_hours = conf()->upload_expiry_hours,
    };
    TRY(upload_used(r->db, r->arena, r->viewer.user_id, r->now_ms, &page->used_bytes));
    return video_fields_of(r, text, &page->fields);
}

static enum rc show(struct req *r)
{
    struct video_text blank = VIDEO_TEXT_NEW;
    struct upload_page page;

    blank.allow_preview = true;
    TRY(fill(r, &blank, &page));
    return RENDER(r, upload, &page);
}

/* Why the server did not keep the file. */
static enum rc file_refusal(struct req *r, const struct file *file)
{
    if (file == NULL)
        return refuse(&r->why, RC_INVALID, "file", "Choose a video file.");
    if (file->rc == RC_TOO_LARGE)
        return refuse(&r->why, file->rc, "file",
                      arena_printf(r->arena, "This file is too large: a file may have at most %s.",
                                   fmt_bytes(r->arena, conf()->upload_max_bytes)));
    if (file->rc == RC_FULL)
        return refuse(&r->why, file->rc, "file",
                      "The site's disk is full at the moment. Please try again later.");
    return file->rc;
}

static enum rc take(struct req *r, struct upload_new *wanted)
{
    const struct file *file = req_file(r, "file");
    struct upload u;

    TRY(poster_of(r, &wanted->poster_path));
    TRY(file_refusal(r, file));
    wanted->length_bytes = file->bytes;
    wanted->file_name = file->name;
    return upload_adopt(r->db, r->arena, wanted, file->path, r->now_ms, &u, &r->why);
}

static enum rc send_form(struct req *r)
{
    struct upload_new wanted = { .user_id = r->viewer.user_id };
    struct upload_page page;

    TRY(video_text_sent(r, &VIDEO_TEXT_NEW, &wanted.text));
    enum rc rc = take(r, &wanted);
    if (rc == RC_OK)
        return reply_see_other(r, "/studio?done=uploaded");
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(fill(r, &wanted.text, &page));
    return RENDER_AGAIN(r, rc, upload, &page);
}

int main(void)
{
    static const struct endpoint upload = {
        .name = "upload",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = VIDEO_FIELDS_MAX_BYTES,
        .files = VIDEO_FILES,
        .on = { [GET] = show, [POST] = send_form },
    };
    return serve(&upload, error_view);
}
