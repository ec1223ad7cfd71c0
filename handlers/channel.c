/*
 * channel: what one member published.
 *
 *   GET  /channel/{handle}             the newest, the most watched, the first videos of playlists
 *   GET  /channel/{handle}/videos      all; sort=new|popular&page=N (from 1)
 *   GET  /channel/{handle}/playlists   the public ones; &page=N
 *   POST /channel/{handle}   follow=on|off   303 back: to the video of the field `video` if there
 *                                            is one, with from=following to the list of followed
 *                                            creators; JSON: the new state
 *
 * A handle that was given up leads to the new one: 308, also of POST.
 *
 * Who    the pages: anyone; following: signed in, but nobody can follow themselves
 * Views  views/channel.html and .json, views/channel_videos.html and .json,
 *        views/channel_playlists.html and .json, all of struct channel_page
 */
#include "app/people/name.h"
#include "base/str.h"
#include "pages/channel.h"
#include "views/models/follow.h"
#include "web/req.h"

/* The same page with the handle that the owner of an old one has now; else RC_NOT_FOUND. */
static enum rc moved(struct req *r)
{
    const char *part = req_segment(r, 2), *now;

    TRY(name_moved(r->db, r->arena, req_segment(r, 1), r->now_ms, &now));
    return reply_moved(r, arena_printf(r->arena, "/channel/%s%s%s", now, part[0] ? "/" : "", part));
}

static enum rc visible_channel(struct req *r, struct channel *c)
{
    return channel_get(r->db, r->arena, req_segment(r, 1), r->viewer.user_id, c);
}

static enum rc show(struct req *r)
{
    const char *part = req_segment(r, 2);
    struct channel_page page;
    struct channel c;

    enum rc rc = visible_channel(r, &c);
    if (rc == RC_NOT_FOUND)
        return moved(r);
    TRY(rc);
    page = channel_page_of(r, &c, part);
    if (str_eq(part, "videos")) {
        TRY(channel_videos_of(r, &c, &page));
        return RENDER(r, channel_videos, &page);
    }
    if (str_eq(part, "playlists")) {
        TRY(channel_playlists_of(r, &c, &page));
        return RENDER(r, channel_playlists, &page);
    }
    TRY(channel_rows_of(r, &c, &page));
    return RENDER(r, channel, &page);
}

static enum rc back(struct req *r, const struct channel *c)
{
    const char *video = form_str(r, "video");

    if (str_only(video, STR_BASE64URL))
        return reply_see_other(r, "/watch/%s", video);
    if (str_eq(form_str(r, "from"), "following"))
        return reply_see_other(r, "/following/creators");
    return reply_see_other(r, "/channel/%s", c->handle);
}

static enum rc follow(struct req *r)
{
    static const char *const choices[] = { "off", "on" };
    struct channel c;
    size_t on;

    if (req_segment(r, 2)[0])
        return RC_METHOD;
    enum rc rc = visible_channel(r, &c);
    if (rc == RC_NOT_FOUND)
        return moved(r);
    TRY(rc);
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    if (r->viewer.user_id == c.user_id)
        return refuse(&r->why, RC_DENIED, NULL, "This is your own channel.");
    TRY(form_choice(r, "follow", choices, COUNT(choices), &on));
    TRY(channel_follow(r->db, r->arena, r->viewer.user_id, c.user_id, on, r->now_ms, &r->why));
    if (!req_wants_json(r))
        return back(r, &c);
    TRY(visible_channel(r, &c));
    struct follow_page page = { c.followed, choices[c.followed], c.followers };
    json_follow(reply_json(r), &page);
    return RC_OK;
}

int main(void)
{
    static const struct endpoint channel = {
        .name = "channel",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = follow },
    };
    return serve(&channel, error_view);
}
