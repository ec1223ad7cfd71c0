#include "pages/cards.h"
#include "app/catalogue/category.h"
#include "app/publish/stream.h"
#include "app/watching/watch.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

int64_t seen_percent(const struct video_item *v, const struct watch_mark_list *marks)
{
    for (size_t i = 0; marks && i < marks->n; i++)
        if (marks->items[i].video_id == v->id && v->length_ms > 0)
            return MIN_OF(marks->items[i].position_ms * 100 / v->length_ms, 100);
    return 0;
}

struct card card_of(struct req *r, const struct video_item *v, const struct watch_mark_list *marks)
{
    return (struct card){
        .id = v->public_id,
        .title = v->title,
        .poster_url = stream_card(r->arena, v->public_id, v->poster_version, r->now_ms),
        .channel_name = v->channel_name,
        .channel_handle = v->channel_handle,
        .channel_avatar_url = avatar_url(r, v->channel_avatar_key),
        .category = v->category,
        .category_slug = v->category_slug,
        .ago = fmt_ago(r->arena, v->published_ms, r->now_ms),
        .length_ms = v->length_ms,
        .views = v->views,
        .published_ms = v->published_ms,
        .seen_percent = seen_percent(v, marks),
    };
}

struct card_list cards_of(struct req *r, const struct video_list *videos, size_t max,
                          const struct watch_mark_list *marks)
{
    struct card_list list = { .n = MIN_OF(videos->n, max) };

    list.items = arena_array(r->arena, struct card, list.n);
    for (size_t i = 0; i < list.n; i++)
        list.items[i] = card_of(r, &videos->items[i], marks);
    return list;
}

enum rc category_menu(struct req *r, const char *current, struct category_menu *out)
{
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct category_menu){
        .all = str_eq(current, ""),
        .links = { arena_array(r->arena, struct category_link, all.n), all.n },
    };
    for (size_t i = 0; i < all.n; i++) {
        const struct category *c = &all.items[i];
        out->links.items[i] = (struct category_link){
            .url = arena_printf(r->arena, "/browse/%s", c->slug),
            .name = c->name,
            .current = str_eq(c->slug, current),
            .group = c->group,
            .first = category_begins_group(&all, i),
            .last = category_ends_group(&all, i),
        };
    }
    return RC_OK;
}

size_t page_of(const struct req *r)
{
    return (size_t)query_i64(r, "page", 1, VIDEO_PAGES_MAX, 1) - 1;
}

struct pager pager_of(struct req *r, const char *base, size_t page, bool more)
{
    struct pager p = {
        .previous_url = "",
        .next_url = "",
        .first_url = arena_strn(r->arena, base, strlen(base) - 1),
        .number = (int64_t)page + 1,
    };

    if (page > 0)
        p.previous_url = arena_printf(r->arena, "%spage=%zu", base, page);
    if (more && page + 1 < VIDEO_PAGES_MAX)
        p.next_url = arena_printf(r->arena, "%spage=%zu", base, page + 2);
    return p;
}
