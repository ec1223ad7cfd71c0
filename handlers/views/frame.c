#include "views/frame.h"
#include "app/stream.h"
#include "app/watch.h"
#include "base/conf.h"
#include "base/str.h"
#include "web/req.h"

const char *absolute(struct req *r, const char *path)
{
    return arena_printf(r->arena, "%s%s", conf()->base_url, path);
}

const char *avatar_url(struct req *r, const char *key)
{
    return key[0] ? arena_printf(r->arena, "/avatar/%s.jpg", key) : "";
}

struct frame frame_of(struct req *r, const char *title, const char *section)
{
    const struct viewer *v = &r->viewer;
    bool has_forms = v->user_id || r->endpoint->on[POST];

    return (struct frame){
        .site = conf()->site_name,
        .title = title,
        .description = "",
        .canonical = absolute(r, r->path),
        .image_url = "",
        .section = section,
        .query = query_str(r, "q"),
        .csrf = has_forms && !v->by_bearer ? session_csrf(r) : "",
        .notice = "",
        .signed_in = v->user_id != 0,
        .subscribed = viewer_may_play(v, r->now_ms),
        .moderator = v->role >= ROLE_MODERATOR,
        .name = v->name,
        .handle = v->handle,
        .avatar_url = v->avatar_url,
        .test_money = str_eq(conf()->pay_provider, "test"),
    };
}

static const char *heading_of(int status)
{
    switch (status) {
    case 401: return "Please log in";
    case 402: return "For members";
    case 403: return "Not allowed";
    case 404: return "Not found";
    case 405: return "That does not work here";
    case 409: return "Something changed";
    case 413: return "Too large";
    case 429: return "A bit too fast";
    case 503: return "Back in a moment";
    case 507: return "The disk is full";
    default: return status >= 500 ? "Our mistake" : "That did not work";
    }
}

void error_view(struct req *r, enum rc rc, int status, const char *text)
{
    struct error_page page = {
        .frame = frame_of(r, heading_of(status), ""),
        .status = status,
        .heading = heading_of(status),
        .text = text,
        .action_url = "/",
        .action = "Go to the home page",
    };

    if (rc == RC_SIGN_IN)
        page.action_url = "/login", page.action = "Log in";
    else if (rc == RC_UNPAID)
        page.action_url = "/subscribe", page.action = "See the subscription";
    view_error(reply_html(r), &page);
}

int64_t seen_percent(const struct video_item *v, const struct watch_mark_list *marks)
{
    for (size_t i = 0; marks && i < marks->n; i++)
        if (marks->items[i].video_id == v->id && v->length_ms > 0)
            return MIN_OF(marks->items[i].position_ms * 100 / v->length_ms, 100);
    return 0;
}

struct card_list cards_of(struct req *r, const struct video_list *videos, size_t max,
                          const struct watch_mark_list *marks)
{
    struct card_list list = { .n = MIN_OF(videos->n, max) };

    list.items = arena_array(r->arena, struct card, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct video_item *v = &videos->items[i];
        list.items[i] = (struct card){
            .id = v->public_id,
            .title = v->title,
            .poster_url = stream_card(r->arena, v->public_id, v->poster_version, r->now_ms),
            .channel_name = v->channel_name,
            .channel_handle = v->channel_handle,
            .category = v->category,
            .category_slug = v->category_slug,
            .ago = fmt_ago(r->arena, v->published_ms, r->now_ms),
            .length_ms = v->length_ms,
            .views = v->views,
            .published_ms = v->published_ms,
            .seen_percent = seen_percent(v, marks),
        };
    }
    return list;
}

enum rc chips_of(struct req *r, const char *current, struct chip_list *out)
{
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct chip_list){ arena_array(r->arena, struct chip, all.n + 1), 0 };
    out->items[out->n++] = (struct chip){ "/browse", "All", str_eq(current, "") };
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < all.n; i++) {
            const struct category *c = &all.items[i];
            const char *url = arena_printf(r->arena, "/browse/%s", c->slug);
            if (str_eq(c->slug, current) != others)
                out->items[out->n++] = (struct chip){ url, c->name, !others };
        }
    return RC_OK;
}

size_t page_of(const struct req *r)
{
    return (size_t)query_i64(r, "page", 1, VIDEO_PAGES_MAX, 1) - 1;
}

struct pager pager_of(struct req *r, const char *base, size_t page, bool more)
{
    struct pager p = { .previous_url = "", .next_url = "", .number = (int64_t)page + 1 };

    if (page > 0)
        p.previous_url = arena_printf(r->arena, "%spage=%zu", base, page);
    if (more && page + 1 < VIDEO_PAGES_MAX)
        p.next_url = arena_printf(r->arena, "%spage=%zu", base, page + 2);
    return p;
}

struct payment_rows payment_rows_of(struct req *r, const struct payment_list *payments)
{
    struct payment_rows rows = { .n = payments->n };

    rows.items = arena_array(r->arena, struct payment_row, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct payment *p = &payments->items[i];
        rows.items[i] = (struct payment_row){
            .currency = p->currency,
            .provider_ref = p->provider_ref,
            .amount_minor = p->amount_minor,
            .starts_ms = p->starts_ms,
            .ends_ms = p->ends_ms,
            .paid_ms = p->paid_ms,
        };
    }
    return rows;
}
