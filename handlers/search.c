/*
 * search: videos and creators by words.
 *
 *   GET /search?q=WORDS&page=N    at most QUERY_MAX_CHARS characters; N from 1
 *       &category=SLUG  &length=short|medium|long  &date=today|week|month|year  &sort=new|top
 *
 * Who    anyone, conf search_per_minute times a minute from one network
 * Views  views/search.html and views/search.json, both of struct search_page
 */
#include "app/catalogue/search.h"
#include "app/site/throttle.h"
#include "app/watching/watch.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/cards.h"
#include "pages/search.h"
#include "web/req.h"

enum { POPULAR_MAX = 12 };

static enum rc count(struct req *r)
{
    const struct limit limit = { "search", MINUTE_MS, conf()->search_per_minute };
    return throttle_count(r->db, r->arena, &limit, req_network(r), r->now_ms, &r->why);
}

static enum rc find(struct req *r, struct search *s, const struct watch_mark_list *marks,
                    struct search_page *page)
{
    struct found found;

    if (str_chars(page->query) > QUERY_MAX_CHARS)
        return refuse(
            &r->why, RC_INVALID, "q",
            arena_printf(r->arena, "A search may have at most %d characters.", QUERY_MAX_CHARS));
    TRY(count(r));
    s->page = page_of(r);
    TRY(video_search(r->db, r->arena, s, &found));
    search_found(r, &found, page);
    page->videos = cards_of(r, &found.videos, VIDEO_PAGE, marks);
    page->pager = pager_of(r, arena_printf(r->arena, "%s&", page->first_url), s->page,
                           found.videos.n > VIDEO_PAGE);
    return RC_OK;
}

/* Popular videos, for a search that has nothing else to show. */
static enum rc popular(struct req *r, const struct watch_mark_list *marks, struct search_page *page)
{
    struct video_list hot;

    TRY(video_browse(r->db, r->arena, 0, ORDER_HOT, 0, r->now_ms, &hot));
    page->popular = cards_of(r, &hot, POPULAR_MAX, marks);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    struct search_page page = { .instead = "", .meant = "", .pager = { "", "", "", 1 } };
    struct watch_mark_list marks = { NULL, 0 };
    struct search s;

    TRY(search_asked(r, &s, &page));
    page.frame = frame_of(
        r, page.query[0] ? arena_printf(r->arena, "Search: %s", page.query) : "Search", "search");
    reply_header(r, "X-Robots-Tag", "noindex");
    if (r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    enum rc rc = page.query[0] ? find(r, &s, &marks, &page) : RC_OK;
    page.why = r->why;
    page.has_results = page.query[0] && (page.videos.n || (page.filtered && s.page == 0));
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, search, &page);
    if (page.videos.n == 0 && !page.filtered)
        TRY(popular(r, &marks, &page));
    return RENDER(r, search, &page);
}

int main(void)
{
    static const struct endpoint search = {
        .name = "search",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&search, error_view);
}
