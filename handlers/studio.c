/*
 * studio: a creator's own videos.
 *
 *   GET  /studio               all of them, newest first, with the state of their processing
 *   GET  /studio/{id}          text, picture and stored files of one video
 *   GET  /studio/{id}/delete   asks for confirmation
 *   POST /studio/{id}          do=save: the fields of pages/video_fields.h; those that are not sent
 *                              stay, except allow_preview, a box that may be unticked
 *                              do=retry: process it again; do=delete
 *
 * Who    signed in; for a member, the videos of others do not exist here
 * Views  views/studio.html and .json of struct studio_page; views/studio_video.html and .json and
 *        views/studio_delete.html and .json of struct studio_video_page
 */
#include "app/catalogue/video.h"
#include "app/publish/studio.h"
#include "app/publish/transcode.h"
#include "base/str.h"
#include "pages/studio.h"
#include "pages/video_fields.h"
#include "web/req.h"

static enum rc own_video(struct req *r, struct video *v)
{
    const char *id;

    TRY(req_public_id(r, 1, &id));
    return video_get_own(r->db, r->arena, id, r->viewer.user_id, v);
}

static enum rc list(struct req *r)
{
    struct studio_page page;

    TRY(studio_page_of(r, &page));
    return RENDER(r, studio, &page);
}

static enum rc show(struct req *r)
{
    const char *what = req_segment(r, 2);
    struct studio_video_page page;
    struct video v;

    if (!req_segment(r, 1)[0])
        return list(r);
    TRY(own_video(r, &v));
    const struct video_text text = video_text_of(&v);
    TRY(studio_video_of(r, &v, &text, &page));
    if (str_eq(what, "delete"))
        return RENDER(r, studio_delete, &page);
    return what[0] ? RC_NOT_FOUND : RENDER(r, studio_video, &page);
}

static enum rc take(struct req *r, const struct video *v, struct video_text *text)
{
    const char *poster;

    TRY(video_text_check(r->db, r->arena, text, &r->why));
    TRY(poster_of(r, &poster));
    if (poster[0])
        TRY(studio_change_poster(r->db, r->arena, v, r->viewer.user_id, poster, r->now_ms,
                                 &r->why));
    return video_edit(r->db, r->arena, v->id, text);
}

static enum rc save(struct req *r, const struct video *v)
{
    const struct video_text stored = video_text_of(v);
    struct studio_video_page page;
    struct video_text text;

    TRY(video_text_sent(r, &stored, &text));
    enum rc rc = take(r, v, &text);
    if (rc == RC_OK)
        return reply_see_other(r, "/studio/%s?done=saved", v->public_id);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(studio_video_of(r, v, &text, &page));
    return RENDER_AGAIN(r, rc, studio_video, &page);
}

static enum rc retry(struct req *r, const struct video *v)
{
    enum rc rc = transcode_retry(r->db, v->id, r->now_ms);

    if (rc == RC_CONFLICT)
        return refuse(&r->why, rc, NULL,
                      "This video has not failed, or its file has been deleted.");
    return rc == RC_OK ? reply_see_other(r, "/studio?done=retry") : rc;
}

static enum rc drop(struct req *r, const struct video *v)
{
    TRY(studio_delete(r->db, r->arena, v->id, r->now_ms));
    return reply_see_other(r, "/studio?done=deleted");
}

static enum rc change(struct req *r)
{
    static const char *const names[] = { "save", "retry", "delete" };
    static enum rc (*const acts[])(struct req *, const struct video *) = { save, retry, drop };
    struct video v;
    size_t act;

    if (!req_segment(r, 1)[0] || req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(own_video(r, &v));
    TRY(form_choice(r, "do", names, COUNT(names), &act));
    return acts[act](r, &v);
}

int main(void)
{
    static const struct endpoint studio = {
        .name = "studio",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = VIDEO_FIELDS_MAX_BYTES,
        .files = IMAGE_FILES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&studio, error_view);
}
