/*
 * watch: the watch page of one video.
 *
 *   GET  /watch/{id}[?from=home]            the player for viewers who may play it, else the offer
 *                                           and preview; from=home: a member opened it on the home
 *                                           page (app/discovery/exposure.h)
 *   POST /watch/{id}   rating=up|none|down  303 back to the page; JSON: the new counts
 *
 * Who    the page: anyone who may see the video; rating: viewers who may play it, except its owner
 * Views  views/watch.html and views/watch.json, both of struct watch_page
 */
#include "app/discovery/exposure.h"
#include "app/discovery/related.h"
#include "app/publish/stream.h"
#include "app/watching/entitlement.h"
#include "base/str.h"
#include "pages/talk.h"
#include "pages/watch_playlists.h"
#include "pages/watch.h"
#include "views/models/rating.h"
#include "web/req.h"

static const char *const rating_names[] = { "down", "none", "up" };
static const enum rating ratings[] = { RATING_DOWN, RATING_NONE, RATING_UP };

static enum rc visible_video(struct req *r, struct video *v)
{
    const char *id;

    TRY(req_public_id(r, 1, &id));
    return video_get_for(r->db, r->arena, id, r->viewer.user_id, r->viewer.role >= ROLE_MODERATOR,
                         v);
}

static bool may_play(const struct req *r, const struct video *v)
{
    const struct entitled who = entitled_of(&r->viewer);
    return entitlement_play(v, &who, r->now_ms, NULL, NULL) == RC_OK;
}

static enum rc show_ratings(struct req *r, const struct video *v, struct watch_page *page)
{
    struct ratings counts;

    TRY(video_ratings(r->db, r->arena, v->id, r->viewer.user_id, &counts));
    page->likes = counts.likes;
    page->dislikes = counts.dislikes;
    page->rating = rating_names[counts.mine + 1];
    page->can_rate = page->playable && !page->own;
    return RC_OK;
}

/* Of members: who plays without paying is not counted. */
static void count_opening(struct req *r, const struct video *v, const struct watch_page *page)
{
    if (str_eq(query_str(r, "from"), "home") && page->playable && page->frame.subscribed &&
        !page->own)
        exposure_opened(r->arena, r->now_ms, r->viewer.user_id, v->id);
}

static enum rc show_lists(struct req *r, const struct video *v, struct watch_page *page)
{
    struct watch_mark_list marks = { NULL, 0 };
    struct video_list related;

    if (page->playable && r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    TRY(related_to(r->db, r->arena, v, r->viewer.user_id, &marks, RELATED_MAX, &related));
    page->related = cards_of(r, &related, RELATED_MAX, &marks);
    return watch_playlists_fill(r, v, page);
}

static enum rc show(struct req *r)
{
    struct channel c;
    struct video v;

    TRY(visible_video(r, &v));
    TRY(channel_get(r->db, r->arena, v.channel_handle, r->viewer.user_id, &c));
    struct watch_page page = watch_page_of(r, &v, &c);
    page.playable = may_play(r, &v);
    TRY(show_ratings(r, &v, &page));
    if (!page.playable && v.allow_preview && v.has_preview)
        page.preview_url = stream_preview(r->arena, v.public_id, r->now_ms);
    if (page.playable && r->viewer.user_id)
        TRY(watch_position(r->db, r->arena, r->viewer.user_id, v.id, &page.resume_ms));
    TRY(show_lists(r, &v, &page));
    TRY(talk_section_of(r, &v, &page.talk));
    count_opening(r, &v, &page);
    return RENDER(r, watch, &page);
}

static enum rc rate(struct req *r)
{
    struct ratings counts;
    struct video v;
    size_t choice;

    TRY(visible_video(r, &v));
    if (r->viewer.user_id == 0)
        return RC_SIGN_IN;
    TRY(form_choice(r, "rating", rating_names, COUNT(rating_names), &choice));
    if (!may_play(r, &v))
        return refuse(&r->why, RC_UNPAID, NULL,
                      "Only members with a subscription can rate videos.");
    TRY(video_rate(r->db, &v, r->viewer.user_id, ratings[choice], r->now_ms));
    if (!req_wants_json(r))
        return reply_see_other(r, "/watch/%s", v.public_id);
    TRY(video_ratings(r->db, r->arena, v.id, r->viewer.user_id, &counts));
    struct rating_page page = { counts.likes, counts.dislikes, rating_names[counts.mine + 1] };
    json_rating(reply_json(r), &page);
    return RC_OK;
}

int main(void)
{
    static const struct endpoint watch = {
        .name = "watch",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .plays = true,
        .on = { [GET] = show, [POST] = rate },
    };
    return serve(&watch, error_view);
}
