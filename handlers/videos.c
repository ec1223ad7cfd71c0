/*
 * videos: the list of all videos. What there is about one of them is in moderate.c.
 *
 *   GET /admin/videos   find={beginning of a title; an address or ID: 303 to that video},
 *                       member={handle}, state, visibility, before={id}: older ones
 *
 * Who    moderators and operators
 * Views  views/videos.html and views/videos.json, both of struct videos_page
 */
#include "pages/videos.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct videos_page page;
    const char *public_id;

    TRY(videos_named(r, &public_id));
    if (public_id && !req_wants_json(r))
        return reply_see_other(r, "/admin/video/%s", public_id);
    enum rc rc = videos_page_of(r, &page);
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, videos, &page);
    return RENDER(r, videos, &page);
}

int main(void)
{
    static const struct endpoint videos = {
        .name = "videos",
        .who = MODERATOR,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&videos, error_view);
}
