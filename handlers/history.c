/*
 * history: what a member watched.
 *
 *   GET  /account/history   latest first, with how far they got; words=WORDS: videos with these
 *                           words in the title or the channel's name; page=N (from 1)
 *   POST /account/history   do=remove&video={id}: remove one; do=clear: remove all
 *                           do=pause: add nothing from now on; do=resume
 *                           303 back, to the same `words` and `page`
 *
 * Who    signed in; members see only their own
 * Views  views/history.html and views/history.json, both of struct history_page
 */
#include "app/watching/watch.h"
#include "pages/history.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct history_page page;

    TRY(history_page_of(r, &page));
    return RENDER(r, history, &page);
}

static enum rc back(struct req *r, const char *done)
{
    const char *url = history_url(r, form_str(r, "words"));
    int64_t page = 1;

    if (form_has(r, "page"))
        TRY(form_i64(r, "page", 1, VIDEO_PAGES_MAX, &page));
    if (page > 1)
        return reply_see_other(r, "%spage=%" PRId64 "&done=%s", url, page, done);
    return reply_see_other(r, "%sdone=%s", url, done);
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
    return back(r, done[act]);
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
