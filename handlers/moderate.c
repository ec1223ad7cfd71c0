/*
 * moderate: what there is about one video or one member, for moderators. What is to become of them is
 * decided in a case (cases.c).
 *
 *   GET  /admin/video/{id}
 *   POST /admin/video/{id}        do=retry: process it again     303 back
 *   GET  /admin/member/{handle}
 *
 * Who    moderators and operators
 * Views  views/moderate_video.html and .json of struct moderate_video_page; views/moderate_member.html and
 *        .json of struct moderate_member_page
 */
#include "app/publish/transcode.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/moderate.h"
#include "web/req.h"

static bool is_video(const struct req *r) { return str_eq(req_segment(r, 1), "video"); }

static enum rc show(struct req *r)
{
    struct moderate_video_page video;
    struct moderate_member_page member;

    if (is_video(r)) {
        TRY(moderate_video_of(r, req_segment(r, 2), &video));
        return RENDER(r, moderate_video, &video);
    }
    TRY(moderate_member_of(r, req_segment(r, 2), &member));
    return RENDER(r, moderate_member, &member);
}

static enum rc change(struct req *r)
{
    static const char *const acts[] = { "retry" };
    struct video v;
    size_t act;

    if (!is_video(r))
        return RC_METHOD;
    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    r->act = "processed again by a moderator";
    TRY(video_get(r->db, r->arena, req_segment(r, 2), &v));
    log_about("video:%s", v.public_id);
    enum rc rc = transcode_retry(r->db, v.id, r->now_ms);
    if (rc == RC_CONFLICT)
        return refuse(&r->why, rc, NULL,
                      "This video has not failed, or its file has been deleted.");
    TRY(rc);
    return reply_see_other(r, "/admin/video/%s?done=retry", v.public_id);
}

int main(void)
{
    static const struct endpoint moderate = {
        .name = "moderate",
        .who = MODERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&moderate, error_view);
}
