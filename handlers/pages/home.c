#include "pages/home.h"
#include "app/watching/watch.h"
#include "base/str.h"
#include "pages/cards.h"
#include "pages/category_options.h"
#include "pages/taste.h"
#include "web/req.h"

enum { HOME_SHOWN = 4 /* videos that the offer shows */ };

static const char *const codes[] = {
    [WHY_NONE] = "",           [WHY_LIKED] = "liked",       [WHY_WATCHED] = "watched",
    [WHY_TASTE] = "taste",     [WHY_FOLLOWED] = "followed", [WHY_CATEGORY] = "category",
    [WHY_POPULAR] = "popular", [WHY_UNPROVEN] = "new",
};

static bool is_chosen(const struct taste *t, int64_t category_id)
{
    for (size_t i = 0; i < t->chosen.n; i++)
        if (t->chosen.items[i] == category_id)
            return true;
    return false;
}

static const char *why(struct req *r, const struct taste *t, const struct home_card *c)
{
    const struct video_item *v = &c->item->v;

    switch (c->why) {
    case WHY_LIKED: return arena_printf(r->arena, "Because you liked %s", c->because->v.title);
    case WHY_WATCHED: return arena_printf(r->arena, "Because you watched %s", c->because->v.title);
    case WHY_TASTE: return "Members with your taste watch this";
    case WHY_FOLLOWED: return arena_printf(r->arena, "From %s, whom you follow", v->channel_name);
    case WHY_CATEGORY:
        return arena_printf(r->arena, "Popular in %s, which you %s", v->category,
                            is_chosen(t, c->item->v.category_id) ? "chose" : "often watch");
    case WHY_POPULAR: return "Popular now";
    case WHY_UNPROVEN: return "New, and few members have seen it yet";
    case WHY_NONE: break;
    }
    return "";
}

static struct card_list cards(struct req *r, const struct taste *t, const struct home_shelf *row,
                              const struct watch_mark_list *marks)
{
    struct card_list list = { arena_array(r->arena, struct card, row->n), row->n };

    for (size_t i = 0; i < row->n; i++) {
        const struct home_card *c = &row->items[i];
        list.items[i] = card_of(r, &c->item->v, marks);
        list.items[i].why = why(r, t, c);
        list.items[i].why_code = codes[c->why];
        list.items[i].because = c->because ? c->because->v.public_id : "";
        list.items[i].is_unproven = c->why == WHY_UNPROVEN;
    }
    return list;
}

/* How far the member got with each video. */
static struct watch_mark_list marks_of(struct req *r, const struct taste *t)
{
    struct watch_mark_list marks = { arena_array(r->arena, struct watch_mark, t->signals.n), 0 };

    for (size_t i = 0; i < t->signals.n; i++) {
        const struct taste_signal *s = &t->signals.items[i];
        if (s->position_ms > 0)
            marks.items[marks.n++] = (struct watch_mark){ s->video_id, s->position_ms };
    }
    return marks;
}

static struct home_row row_of(const char *id, const char *title, struct card_list videos)
{
    return (struct home_row){
        .id = id,
        .title = title,
        .more_url = "",
        .more = "",
        .of_what = "",
        .slug = "",
        .videos = videos,
    };
}

static void link_row(struct home_row *row, const char *url, const char *text, const char *of_what)
{
    row->more_url = url;
    row->more = text;
    row->of_what = of_what;
}

static void fill_favourites(struct req *r, const struct home *home,
                            const struct watch_mark_list *marks, struct home_page *page)
{
    struct home_rows *rows = &page->favourites;

    *rows = (struct home_rows){ arena_array(r->arena, struct home_row, home->n_categories), 0 };
    for (size_t i = 0; i < home->n_categories; i++) {
        const struct home_shelf *from = &home->categories[i];
        const struct video_item *v = &from->items[0].item->v;
        struct home_row *row = &rows->items[rows->n++];

        *row = row_of(v->category_slug, v->category, cards(r, &home->taste, from, marks));
        row->slug = v->category_slug;
        link_row(row, arena_printf(r->arena, "/browse/%s", row->slug), "More",
                 arena_printf(r->arena, "of %s", row->title));
    }
}

/* What this member has just done, and how to undo it. */
static void fill_done(struct req *r, struct home_page *page)
{
    const char *done = query_str(r, "done"), *video = query_str(r, "video");

    page->undo = "";
    if (r->viewer.user_id && done[0])
        page->frame.notice = taste_notice(done);
    if (r->viewer.user_id && str_eq(done, "less") && str_only(video, STR_BASE64URL))
        page->undo = video;
}

/* The offer shows some of what there is: the first of the popular videos where a full line of them
 * stays, or else of the newest. */
static void fill_shown(struct home_page *page)
{
    struct card_list *from = &page->popular.videos;

    page->shown = (struct card_list){ NULL, 0 };
    if (page->frame.subscribed)
        return;
    if (from->n < HOME_SHOWN + HOME_COLUMNS)
        from = &page->latest.videos;
    if (from->n < HOME_SHOWN + 1)
        return;
    page->shown = (struct card_list){ from->items, HOME_SHOWN };
    *from = (struct card_list){ from->items + HOME_SHOWN, from->n - HOME_SHOWN };
}

enum rc home_page_fill(struct req *r, const struct home *home, struct home_page *page)
{
    const struct taste *t = &home->taste;
    struct watch_mark_list marks = marks_of(r, t);

    page->for_you = row_of("for_you", "For you", cards(r, t, &home->for_you, &marks));
    link_row(&page->for_you, "/account/taste", "Adjust", "your recommendations");
    page->unfinished = row_of("unfinished", "Continue watching",
                              cards(r, t, &home->unfinished, &marks));
    page->followed = row_of("followed", "From creators you follow",
                            cards(r, t, &home->followed, &marks));
    page->popular = row_of("popular", "Popular now", cards(r, t, &home->hot, &marks));
    link_row(&page->popular, "/browse", "See all", "popular videos");
    page->latest = row_of("latest", "New", cards(r, t, &home->latest, &marks));
    link_row(&page->latest, "/browse?sort=new", "See all", "new videos");
    fill_favourites(r, home, &marks, page);
    fill_shown(page);
    fill_done(r, page);
    page->is_empty = home->is_empty;
    page->seen_all = home->seen_all;
    page->ask = home->ask;
    TRY(category_menu(r, NULL, &page->menu));
    return home->ask ? category_options(r, t->chosen.items, t->chosen.n, &page->choices) : RC_OK;
}
