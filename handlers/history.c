/*
 * history: what a member watched.
 *
 *   GET  /account/history   latest first, with how far they got
 *   POST /account/history   do=remove&video={id}: take one out; do=clear: all of them
 *                           do=pause: add nothing from now on; do=resume
 *
 * Who    signed in; everybody sees their own only
 * Views  views/history.html and views/history.json, both of struct history_page
 */
#include "app/stream.h"
#include "app/watch.h"
#include "base/str.h"
#include "views/frame.h"
#include "views/lists.h"
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

    return str_eq(done, "removed")   ? "The video is taken out of your history."
           : str_eq(done, "cleared") ? "Your history is cleared."
           : str_eq(done, "paused")  ? "Your history is paused: what you watch is not added to it."
           : str_eq(done, "resumed") ? "What you watch from now on is in your history again."
                                     : "";
}

static enum rc show(struct req *r)
{
    struct history_page page = { .frame = frame_of(r, "History", "account") };
    struct watched_list list;
    size_t number = page_of(r);

    TRY(watch_history(r->db, r->arena, r->viewer.user_id, number, &list));
    TRY(watch_is_paused(r->db, r->arena, r->viewer.user_id, &page.paused));
    page.frame.notice = notice(r);
    page.pager = pager_of(r, "/account/history?", number, list.n > VIDEO_PAGE);
    page.videos.n = MIN_OF(list.n, VIDEO_PAGE);
    page.videos.items = arena_array(r->arena, struct history_row, page.videos.n);
    for (size_t i = 0; i < page.videos.n; i++)
        page.videos.items[i] = row_of(r, &list.items[i]);
    return RENDER(r, history, &page);
}

static enum rc change(struct req *r)
{
    enum { REMOVE, CLEAR, PAUSE };
    static const char *const acts[] = { "remove", "clear", "pause", "resume" };
    static const char *const done[] = { "removed", "cleared", "paused", "resumed" };
    int64_t user_id = r->viewer.user_id;
    size_t act;

    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    if (act == REMOVE)
        TRY(watch_forget(r->db, user_id, form_str(r, "video")));
    else if (act == CLEAR)
        TRY(watch_forget_all(r->db, user_id, r->now_ms));
    else
        TRY(watch_pause(r->db, user_id, act == PAUSE, r->now_ms));
    return reply_see_other(r, "/account/history?done=%s", done[act]);
}

int main(void)
{
    static const struct endpoint history = {
        .name = "history",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&history, error_view);
}
