/*
 * following: the creators whom a member follows, and what they publish.
 *
 *   GET /following            their videos, newest first; &page=N (from 1)
 *   GET /following/creators   all of them, by name, to stop following; &page=N
 *
 * Who    signed in; members see only their own
 * Views  views/following.html and .json of struct following_page; views/creators.html and .json of
 *        struct creators_page
 */
#include "app/people/channel.h"
#include "app/watching/watch.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/cards.h"
#include "views/models/creators.h"
#include "views/models/following.h"
#include "web/req.h"

static enum rc show_videos(struct req *r)
{
    struct following_page page = { .frame = frame_of(r, "Following", "following") };
    struct watch_mark_list marks;
    struct video_list videos;
    size_t number = page_of(r);

    TRY(channel_followed_videos(r->db, r->arena, r->viewer.user_id, number, &videos));
    TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    page.videos = cards_of(r, &videos, VIDEO_PAGE, &marks);
    page.pager = pager_of(r, "/following?", number, videos.n > VIDEO_PAGE);
    return RENDER(r, following, &page);
}

static struct creator_row row_of(struct req *r, const struct followed *f)
{
    return (struct creator_row){
        .handle = f->handle,
        .name = f->name,
        .avatar_url = avatar_url(r, f->avatar_key),
        .latest = f->latest_ms ? fmt_ago(r->arena, f->latest_ms, r->now_ms) : "",
        .videos = f->videos,
    };
}

static enum rc show_creators(struct req *r)
{
    struct creators_page page = { .frame = frame_of(r, "Creators you follow", "following") };
    struct followed_list list;
    size_t number = page_of(r);

    TRY(channel_followed(r->db, r->arena, r->viewer.user_id, number, &list));
    page.all = list.n ? list.items[0].all : 0;
    page.pager = pager_of(r, "/following/creators?", number, list.n > FOLLOWED_PAGE);
    page.creators.n = MIN_OF(list.n, FOLLOWED_PAGE);
    page.creators.items = arena_array(r->arena, struct creator_row, page.creators.n);
    for (size_t i = 0; i < page.creators.n; i++)
        page.creators.items[i] = row_of(r, &list.items[i]);
    return RENDER(r, creators, &page);
}

static enum rc show(struct req *r)
{
    return str_eq(req_segment(r, 1), "creators") ? show_creators(r) : show_videos(r);
}

int main(void)
{
    static const struct endpoint following = {
        .name = "following",
        .who = SIGNED_IN,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&following, error_view);
}
