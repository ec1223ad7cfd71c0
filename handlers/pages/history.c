#include "pages/history.h"
#include "app/publish/stream.h"
#include "app/watching/watch.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/cards.h"
#include "web/req.h"

static struct history_row row_of(struct req *r, const struct watched *w)
{
    int64_t percent = w->length_ms ? w->position_ms * 100 / w->length_ms : 0;

    return (struct history_row){
        .id = w->public_id,
        .title = w->title,
        .poster_url = stream_card(r->arena, w->public_id, w->poster_version, r->now_ms),
        .channel_name = w->channel_name,
        .channel_handle = w->channel_handle,
        .ago = fmt_ago(r->arena, w->updated_ms, r->now_ms),
        .length_ms = w->length_ms,
        .seen_percent = MIN_OF(percent, 100),
        .watched_ms = w->updated_ms,
    };
}

static const char *notice(const struct req *r)
{
    const char *done = query_str(r, "done");

    return str_eq(done, "removed")   ? "The video has been removed from your history."
           : str_eq(done, "cleared") ? "Your history has been cleared."
           : str_eq(done, "paused")  ? "Your history is paused: videos you watch are not added to "
                                       "it."
           : str_eq(done, "resumed") ? "Videos you watch from now on are added to your history "
                                       "again."
                                     : "";
}

/* Days begin at midnight UTC. */
static const char *label_of(const struct req *r, int64_t ms)
{
    int64_t days = r->now_ms / DAY_MS - ms / DAY_MS;

    return days <= 0   ? "Today"
           : days == 1 ? "Yesterday"
           : days < 7  ? "The last 7 days"
           : days < 30 ? "The last 30 days"
                       : "Earlier";
}

static struct history_days days_of(const struct req *r, const struct history_rows *videos)
{
    struct history_days out = { arena_array(r->arena, struct history_day, videos->n), 0 };

    for (size_t i = 0; i < videos->n; i++) {
        const char *label = label_of(r, videos->items[i].watched_ms);
        if (out.n == 0 || !str_eq(out.items[out.n - 1].label, label))
            out.items[out.n++] = (struct history_day){ label, { &videos->items[i], 0 } };
        out.items[out.n - 1].videos.n++;
    }
    return out;
}

const char *history_url(const struct req *r, const char *words)
{
    struct sb url = { .a = r->arena };

    SB_LIT(&url, "/account/history?");
    if (words[0]) {
        SB_LIT(&url, "words=");
        html_part(&url, words);
        SB_LIT(&url, "&");
    }
    return url.buf;
}

enum rc history_page_of(struct req *r, struct history_page *page)
{
    struct watched_list list;
    size_t number = page_of(r);

    *page = (struct history_page){ .frame = frame_of(r, "History", "account") };
    page->words = str_clean(r->arena, query_str(r, "words"), false);
    TRY(watch_history(r->db, r->arena, r->viewer.user_id, page->words, number, &list));
    TRY(watch_is_paused(r->db, r->arena, r->viewer.user_id, &page->paused));
    page->frame.notice = notice(r);
    page->pager = pager_of(r, history_url(r, page->words), number, list.n > VIDEO_PAGE);
    page->videos.n = MIN_OF(list.n, VIDEO_PAGE);
    page->videos.items = arena_array(r->arena, struct history_row, page->videos.n);
    for (size_t i = 0; i < page->videos.n; i++)
        page->videos.items[i] = row_of(r, &list.items[i]);
    page->days = days_of(r, &page->videos);
    return RC_OK;
}
