/*
 * takeout: the archive of all that the site has of the viewer.
 *
 *   GET  /account/export                        whether there is one, and how far it is
 *   POST /account/export                        asks for one; needs a fresh proof. 303 back
 *   GET  /account/export/{file}.zip             the archive; needs a fresh proof
 *   GET  /account/export/video/{id}/{file}.mp4  303 to a file of a video of theirs, which is signed now
 *
 * Who    signed in, also those who are banned, suspended or about to leave; everybody gets their own only
 * Views  views/takeout.html and views/takeout.json, both of struct takeout_page
 */
#include "app/catalogue/video.h"
#include "app/publish/stream.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/takeout.h"
#include "web/req.h"

enum { TAKEOUT_FORM_MAX_BYTES = 4096, ENDING_BYTES = 4 };

static enum rc page_of(struct req *r, struct takeout_page *page)
{
    *page = (struct takeout_page){
        .frame = frame_of(r, "Take your data along", r->viewer.restricted ? "" : "account"),
        .why = r->why,
        .takeout = { .file = "" },
        .url = "",
        .days = TAKEOUT_DAYS,
    };
    enum rc rc = takeout_get(r->db, r->arena, r->viewer.user_id, r->now_ms, &page->takeout);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    enum takeout_state state = page->takeout.state;
    page->may_ask = state != TAKEOUT_WAITING && state != TAKEOUT_RUNNING;
    if (state == TAKEOUT_READY)
        page->url = arena_printf(r->arena, "/account/export/%s.zip", page->takeout.file);
    return RC_OK;
}

static enum rc send(struct req *r)
{
    const char *name = req_segment(r, 2);
    struct takeout t;
    char *bytes;
    size_t n;

    r->act = "archive downloaded";
    log_about("member:%" PRId64, r->viewer.user_id);
    TRY(fresh_need(r));
    TRY(takeout_get(r->db, r->arena, r->viewer.user_id, r->now_ms, &t));
    if (t.state != TAKEOUT_READY || !str_eq(name, arena_printf(r->arena, "%s.zip", t.file)))
        return RC_NOT_FOUND;
    TRY(takeout_read(r->arena, &t, &bytes, &n));
    struct sb *o = reply_type(r, "application/zip");
    o->buf = bytes, o->len = n, o->cap = n; /* as it is: it may be large */
    reply_header(r, "Content-Disposition", "attachment; filename=\"my-data.zip\"");
    return RC_OK;
}

static enum rc lead_to_file(struct req *r)
{
    const char *file = req_segment(r, 4);
    struct video video;

    TRY(video_get_own(r->db, r->arena, req_segment(r, 3), r->viewer.user_id, &video));
    const char *name = arena_strn(r->arena, file, strlen(file) - ENDING_BYTES);
    return reply_see_other(
        r, "%s", stream_file(r->arena, video.public_id, name, r->viewer.session_id, r->now_ms));
}

static enum rc show(struct req *r)
{
    struct takeout_page page;

    if (str_eq(req_segment(r, 2), "video"))
        return lead_to_file(r);
    if (req_segment(r, 2)[0])
        return send(r);
    TRY(page_of(r, &page));
    return RENDER(r, takeout, &page);
}

static enum rc ask(struct req *r)
{
    struct takeout_page page;

    r->act = "archive asked for";
    log_about("member:%" PRId64, r->viewer.user_id);
    if (req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(fresh_need(r));
    enum rc rc = takeout_ask(r->db, r->arena, r->viewer.user_id, r->now_ms, &r->why);
    if (rc == RC_OK || rc == RC_CONFLICT) /* one is being made already */
        return reply_see_other(r, "/account/export");
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(page_of(r, &page));
    return RENDER_AGAIN(r, rc, takeout, &page);
}

int main(void)
{
    static const struct endpoint takeout = {
        .name = "takeout",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = TAKEOUT_FORM_MAX_BYTES,
        .for_restricted = true,
        .on = { [GET] = show, [POST] = ask },
    };
    return serve(&takeout, error_view);
}
