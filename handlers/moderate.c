/*
 * moderate: what moderators do about a video or a member; the pages are in admin.c.
 *
 *   POST /admin/video/{id}        do=block|unblock|retry     303 back
 *   POST /admin/member/{handle}   do=block|unblock           303 back
 *
 * Who    moderators and operators; a member can be blocked only by a viewer with a higher role
 */
#include "app/people/account.h"
#include "app/publish/studio.h"
#include "app/publish/transcode.h"
#include "app/catalogue/video.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/frame.h"
#include "web/req.h"

enum act { BLOCK, UNBLOCK, RETRY };
static const char *const acts[] = { "block", "unblock", "retry" };

static enum rc change_video(struct req *r, enum act act, const char *id)
{
    struct video v;

    TRY(video_get(r->db, r->arena, id, &v));
    log_about("video:%s", v.public_id);
    if (act == BLOCK)
        return video_hold(r->db, v.id, VIDEO_LIMITED);
    if (act == UNBLOCK)
        return video_release(r->db, v.id);
    enum rc rc = transcode_retry(r->db, v.id, r->now_ms);
    if (rc != RC_CONFLICT)
        return rc;
    return refuse(&r->why, rc, NULL, "This video has not failed, or its file has been deleted.");
}

static enum rc change_member(struct req *r, enum act act, const char *handle)
{
    struct account member;

    TRY(account_by_handle(r->db, r->arena, handle, &member));
    log_about("member:%" PRId64, member.id);
    if (member.role >= r->viewer.role)
        return refuse(&r->why, RC_DENIED, NULL, "Only a member with a higher role may do this.");
    return account_ban(r->db, member.id, act == BLOCK);
}

static enum rc change(struct req *r)
{
    bool is_video = str_eq(req_segment(r, 1), "video");
    const char *name = req_segment(r, 2);
    size_t act;

    TRY(form_choice(r, "do", acts, is_video ? COUNT(acts) : RETRY, &act));
    r->act = arena_printf(r->arena, "%s by a moderator", acts[act]);
    TRY((is_video ? change_video : change_member)(r, (enum act)act, name));
    return reply_see_other(r, "/admin?find=%s&done=%s", name, acts[act]);
}

int main(void)
{
    static const struct endpoint moderate = {
        .name = "moderate",
        .who = MODERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .on = { [POST] = change },
    };
    return serve(&moderate, error_view);
}
