/*
 * browse: all videos, or those of one category.
 *
 *   GET /browse             ?sort=hot|new|top  &page=N (from 1)
 *   GET /browse/{category}  the videos of one category, with the same fields
 *
 * Who    anyone
 * Views  views/browse.html and views/browse.json, both of struct browse_page
 */
#include "app/watching/watch.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/cards.h"
#include "views/models/browse.h"
#include "web/req.h"

static const char *const sort_names[] = { "hot", "new", "top" };
static const enum video_order orders[] = { ORDER_HOT, ORDER_NEW, ORDER_TOP };

static enum rc describe(struct req *r, const char *slug, struct category *category,
                        struct browse_page *page)
{
    if (!slug[0]) {
        page->frame = frame_of(r, "Browse", "browse");
        page->frame.description = "All videos: popular now, new and most watched.";
        return RC_OK;
    }
    TRY(category_by_slug(r->db, r->arena, slug, category));
    page->frame = frame_of(r, category->name, "browse");
    page->frame.description = arena_printf(r->arena, "Videos in %s.", category->name);
    page->category = category->name;
    page->category_slug = category->slug;
    return RC_OK;
}

static enum rc show(struct req *r)
{
    struct browse_page page = { .category = "", .category_slug = "" };
    struct category category = { .slug = "", .name = "" };
    struct watch_mark_list marks = { NULL, 0 };
    struct video_list videos;
    size_t sort = query_choice(r, "sort", sort_names, COUNT(sort_names), 0), number = page_of(r);

    TRY(describe(r, req_segment(r, 1), &category, &page));
    if (!str_eq(category.slug, req_segment(r, 1)))
        return reply_moved(
            r, arena_printf(r->arena, "/browse/%s", category.slug)); /* its old address */
    TRY(category_menu(r, category.slug, &page.menu));
    TRY(video_browse(r->db, r->arena, category.id, orders[sort], number, r->now_ms, &videos));
    if (r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    page.sort = sort_names[sort];
    page.hot_url = r->path;
    page.new_url = arena_printf(r->arena, "%s?sort=new", r->path);
    page.top_url = arena_printf(r->arena, "%s?sort=top", r->path);
    page.videos = cards_of(r, &videos, VIDEO_PAGE, &marks);
    page.pager = pager_of(r, arena_printf(r->arena, "%s?sort=%s&", r->path, page.sort), number,
                          videos.n > VIDEO_PAGE);
    return RENDER(r, browse, &page);
}

int main(void)
{
    static const struct endpoint browse = {
        .name = "browse",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&browse, error_view);
}
