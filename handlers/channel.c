/*
 * channel: what one member published.
 *
 *   GET  /channel/{handle}                  &page=N (from 1)
 *   POST /channel/{handle}   follow=on|off  303 back, to the video of the field `video` if there is
 *                                           one; JSON: the new state
 *
 * Who    the page: anyone; following: signed in, but not oneself
 * Views  views/channel.html and views/channel.json, both of struct channel_page
 */
#include "app/channel.h"
#include "app/watch.h"
#include "base/str.h"
#include "views/frame.h"
#include "views/lists.h"
#include "web/req.h"

static enum rc visible_channel(struct req *r, struct channel *c)
{
    return channel_get(r->db, r->arena, req_segment(r, 1), r->viewer.user_id, c);
}

static void describe(struct req *r, const struct channel *c, struct channel_page *page)
{
    page->frame = frame_of(r, c->name, "channel");
    page->frame.canonical = absolute(r, arena_printf(r->arena, "/channel/%s", c->handle));
    page->frame.description = fmt_excerpt(r->arena, c->about);
    page->handle = c->handle;
    page->name = c->name;
    page->avatar_url = avatar_url(r, c->avatar_key);
    page->frame.image_url = page->avatar_url[0] ? absolute(r, page->avatar_url) : "";
    page->frame.image_alt = c->name;
    page->frame.og_type = "profile";
    page->frame.username = c->handle;
    page->frame.feed_url = absolute(r, arena_printf(r->arena, "/feed/channel/%s", c->handle));
    page->about_text = c->about;
    page->about = html_lines(r->arena, c->about);
    page->video_count = c->videos;
    page->followers = c->followers;
    page->since_ms = c->since_ms;
    page->own = c->user_id == r->viewer.user_id;
    page->followed = c->followed;
}

static enum rc show(struct req *r)
{
    struct channel_page page = { .name = "" };
    struct watch_mark_list marks = { NULL, 0 };
    struct video_list videos;
    struct channel c;
    size_t number = page_of(r);

    TRY(visible_channel(r, &c));
    TRY(video_of_channel(r->db, r->arena, c.user_id, number, &videos));
    if (r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    describe(r, &c, &page);
    page.videos = cards_of(r, &videos, VIDEO_PAGE, &marks);
    page.pager = pager_of(r, arena_printf(r->arena, "/channel/%s?", c.handle), number,
                          videos.n > VIDEO_PAGE);
    return RENDER(r, channel, &page);
}

static enum rc follow(struct req *r)
{
    static const char *const choices[] = { "off", "on" };
    const char *video = form_str(r, "video");
    struct channel c;
    size_t on;

    TRY(visible_channel(r, &c));
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    if (r->viewer.user_id == c.user_id)
        return refuse(&r->why, RC_DENIED, NULL, "This is your own channel.");
    TRY(form_choice(r, "follow", choices, COUNT(choices), &on));
    TRY(channel_follow(r->db, r->arena, r->viewer.user_id, c.user_id, on, r->now_ms, &r->why));
    if (req_wants_json(r)) {
        TRY(visible_channel(r, &c));
        struct follow_page page = { c.followed, c.followers };
        json_follow(reply_json(r), &page);
        return RC_OK;
    }
    if (str_only(video, STR_BASE64URL))
        return reply_see_other(r, "/watch/%s", video);
    return reply_see_other(r, "/channel/%s", c.handle);
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
