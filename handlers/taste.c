/*
 * taste: what a member's recommendations are based on, and what the member says about them.
 *
 *   GET  /account/taste   favourite categories, videos they want less of, the share for new videos
 *   POST /account/taste   act=choose&category={slug}&category=...: at most five; without any: none
 *                         act=skip: do not ask again
 *                         act=less&video={id}, act=undo&video={id}
 *                         act=reset&sure=yes: forget the taste
 *                         act=break&minutes=: after how much watching to be reminded of a break
 *                         303 back, with back=home to the home page; JSON: what was done
 *
 * Who    signed in; members see and change only their own
 * Views  views/taste.html and views/taste.json, both of struct taste_page; views/taste_done.json
 */
#include "app/watching/rest.h"
#include "base/clock.h"
#include "base/str.h"
#include "pages/taste.h"
#include "views/models/taste_done.h"
#include "web/req.h"

enum act { CHOOSE, SKIP, LESS, UNDO, RESET, BREAK };
static const char *const acts[] = { "choose", "skip", "less", "undo", "reset", "break" };
static const char *const done[] = { "chosen", "skipped", "less", "undone", "reset", "break" };

static enum rc show(struct req *r)
{
    struct taste_page page = { .frame = frame_of(r, "Your recommendations", "account") };

    TRY(taste_page_fill(r, &page));
    page.frame.notice = taste_notice(query_str(r, "done"));
    return RENDER(r, taste, &page);
}

static enum rc show_again(struct req *r, enum rc rc)
{
    struct taste_page page = { .frame = frame_of(r, "Your recommendations", "account"),
                               .why = r->why };

    TRY(taste_page_fill(r, &page));
    for (size_t i = 0; i < page.choices.n; i++)
        for (size_t k = 0; k < r->form.n; k++)
            if (str_eq(r->form.items[k].value, page.choices.items[i].slug))
                page.choices.items[i].chosen = true;
    return RENDER_AGAIN(r, rc, taste, &page);
}

static enum rc choose(struct req *r)
{
    struct taste_ids chosen;

    TRY(taste_form(r, &chosen));
    return taste_choose(r->db, r->viewer.user_id, chosen.items, chosen.n, r->now_ms);
}

static enum rc reset(struct req *r)
{
    if (!form_has(r, "sure"))
        return refuse(&r->why, RC_INVALID, "sure", "Tick the box if you really want this.");
    return taste_reset(r->db, r->viewer.user_id, r->now_ms);
}

static enum rc choose_break(struct req *r)
{
    int64_t minutes;

    TRY(form_i64(r, "minutes", 0, DAY_MS / MINUTE_MS, &minutes));
    enum rc rc = rest_choose(r->db, r->viewer.user_id, minutes);
    return rc == RC_INVALID ? refuse(&r->why, rc, NULL, "Choose one of the times offered.") : rc;
}

static enum rc act_on(struct req *r, enum act act)
{
    int64_t user_id = r->viewer.user_id;
    const char *video = form_str(r, "video");

    switch (act) {
    case CHOOSE: return choose(r);
    case SKIP: return taste_skip(r->db, user_id, r->now_ms);
    case LESS: return taste_less(r->db, r->arena, user_id, video, r->now_ms);
    case UNDO: return taste_undo(r->db, user_id, video);
    case RESET: return reset(r);
    case BREAK: return choose_break(r);
    }
    return RC_INVALID;
}

static enum rc change(struct req *r)
{
    const char *video = form_str(r, "video");
    size_t act;

    TRY(form_choice(r, "act", acts, COUNT(acts), &act));
    enum rc rc = act_on(r, (enum act)act);
    if (rc == RC_INVALID)
        return show_again(r, rc);
    TRY(rc);
    if (req_wants_json(r)) {
        struct taste_done answer = { done[act] };
        json_taste_done(reply_json(r), &answer);
        return RC_OK;
    }
    if (!str_eq(form_str(r, "back"), "home"))
        return reply_see_other(r, "/account/taste?done=%s", done[act]);
    if (act == LESS)
        return reply_see_other(r, "/?done=%s&video=%s", done[act], video);
    return reply_see_other(r, "/?done=%s", done[act]);
}

int main(void)
{
    static const struct endpoint taste = {
        .name = "taste",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 4096,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&taste, error_view);
}
