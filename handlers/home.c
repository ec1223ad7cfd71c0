/*
 * home: the home page.
 *
 *   GET /    for members: what is recommended to them, and why; for others: the offer, popular and
 *            new videos
 *
 * After a POST to /account/taste: done=... says what was done, video={id} which video can be
 * restored.
 *
 * Who      anyone; viewers without a subscription see the offer
 * Header   Server-Timing: merge;dur=...: milliseconds spent on merging and ordering recommendations
 * Views    views/home.html and views/home.json, both of struct home_page
 */
#include "app/income/pay.h"
#include "base/conf.h"
#include "pages/home.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct home_page page = {
        .frame = frame_of(r, "", "home"),
        .currency = pay_currency(),
        .price_minor = conf()->price_minor,
    };
    struct home home;

    page.frame.description =
        "One monthly subscription, every video, and creators paid by the time you watch.";
    TRY(home_make(r->db, r->arena, page.frame.subscribed ? r->viewer.user_id : 0, r->now_ms,
                  &home));
    TRY(home_page_fill(r, &home, &page));
    if (!r->head_only)
        home_shown(&home, r->now_ms);
    reply_header(r, "Server-Timing",
                 arena_printf(r->arena, "merge;dur=%.3f", (double)home.merge_us / 1000));
    return RENDER(r, home, &page);
}

int main(void)
{
    static const struct endpoint home = {
        .name = "home",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&home, error_view);
}
