/*
 * comment: one comment, for those who answer for the video or the site.
 *
 *   GET  /comment/{number}   303 to where it can be read
 *   POST /comment/{number}   do=pin|unpin|hide|show             by the owner of the video
 *                            do=block|remove|restore&reason=    by moderators: hidden until it is decided,
 *                                                               removed, as it was; 303 back
 *
 * Who    anyone who may see the video; the acts as above
 */
#include "app/talk/moderate.h"
#include "app/talk/thread.h"
#include "app/talk/write.h"
#include "base/str.h"
#include "pages/frame.h"
#include "web/req.h"

enum act { PIN, UNPIN, HIDE, SHOW, BLOCK, REMOVE, RESTORE };
static const char *const acts[] = { "pin", "unpin", "hide", "show", "block", "remove", "restore" };
static const char *const done[] = { "pinned",  "unpinned", "hidden",  "shown",
                                    "blocked", "removed",  "restored" };

static enum rc visible(struct req *r, struct comment *c)
{
    bool moderator = r->viewer.role >= ROLE_MODERATOR;
    const char *number = req_segment(r, 1);
    struct video v;
    int64_t id;

    if (str_to_i64(number, strlen(number), 1, INT64_MAX, &id) != RC_OK)
        return RC_NOT_FOUND;
    TRY(comment_get(r->db, r->arena, id, c));
    return video_get_for(r->db, r->arena, c->video_public_id, r->viewer.user_id, moderator, &v);
}

static enum rc show(struct req *r)
{
    struct comment c;

    TRY(visible(r, &c));
    return reply_see_other(r, "%s", comment_path(r->arena, &c));
}

static enum rc decide(struct req *r, const struct comment *c, enum act act)
{
    size_t n;

    if (c->owner_id != r->viewer.user_id)
        return RC_DENIED;
    if (act <= UNPIN)
        return talk_pin(r->db, r->arena, c, act == PIN);
    return comment_decide(r->db, r->arena, c->owner_id, &c->id, 1, act == SHOW, r->now_ms, &n);
}

static enum rc moderate(struct req *r, const struct comment *c, enum act act)
{
    const struct actor by = { r->viewer.user_id, "" };

    if (r->viewer.role < ROLE_MODERATOR)
        return RC_DENIED;
    return comment_moderate(r->db, r->arena, c->id, (enum comment_act)(act - BLOCK), by,
                            form_str(r, "reason"), r->now_ms, &r->why);
}

static enum rc change(struct req *r)
{
    struct comment c;
    size_t act;

    TRY(visible(r, &c));
    if (!r->viewer.user_id)
        return r->viewer.restricted ? RC_DENIED : RC_SIGN_IN;
    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    TRY((act >= BLOCK ? moderate : decide)(r, &c, (enum act)act));
    if (c.parent_id)
        return reply_see_other(r, "/watch/%s/comments?thread=%" PRId64 "&done=%s#comments",
                               c.video_public_id, c.parent_id, done[act]);
    return reply_see_other(r, "/watch/%s/comments?done=%s#comments", c.video_public_id, done[act]);
}

int main(void)
{
    static const struct endpoint comment = {
        .name = "comment",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 4096,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&comment, error_view);
}
