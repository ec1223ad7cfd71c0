/*
 * studio_comments: the comments on all videos of a creator, and which of them wait.
 *
 *   GET  /studio/comments[?state=held|shown|hidden][&before=ID]   newest first; held without a state
 *   POST /studio/comments
 *          do=show|hide&comment=ID&comment=...[&state=]    up to a page of them at once; 303 back
 *          do=rules&words=[&hold_links=1]                  which ones wait from now on
 *
 * Who    signed in; creators see only what is on their own videos
 * Views  views/studio_comments.html and .json, both of struct studio_comments_page
 */
#include "app/talk/thread.h"
#include "app/talk/write.h"
#include "base/str.h"
#include "pages/studio_comments.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct studio_comments_page page;

    TRY(studio_comments_of(r, &page));
    return RENDER(r, studio_comments, &page);
}

/* All fields called comment, or comment.0, comment.1 ... of JSON. */
static enum rc chosen(struct req *r, int64_t *ids, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < r->form.n; i++) {
        const struct field *f = &r->form.items[i];
        if (!str_eq(f->name, "comment") && !str_starts(f->name, "comment."))
            continue;
        if (*n == COMMENTS_PAGE ||
            str_to_i64(f->value, strlen(f->value), 1, INT64_MAX, &ids[*n]) != RC_OK)
            return refuse(&r->why, RC_INVALID, "comment",
                          "Choose at most 20 comments of the list.");
        ++*n;
    }
    return *n ? RC_OK : refuse(&r->why, RC_INVALID, NULL, "Choose the comments first.");
}

static enum rc decide(struct req *r, bool on)
{
    static const char *const states[] = { "held", "shown", "hidden" };
    struct studio_comments_page page;
    int64_t ids[COMMENTS_PAGE];
    size_t n, changed, state = 0;

    enum rc rc = chosen(r, ids, &n);
    if (rc != RC_OK) {
        TRY(studio_comments_of(r, &page));
        page.why = (struct problem){ NULL, r->why.text };
        return RENDER_AGAIN(r, rc, studio_comments, &page);
    }
    if (form_has(r, "state"))
        TRY(form_choice(r, "state", states, COUNT(states), &state));
    TRY(comment_decide(r->db, r->arena, r->viewer.user_id, ids, n, on, r->now_ms, &changed));
    return reply_see_other(r, "/studio/comments?state=%s&done=%s&n=%zu", states[state],
                           on ? "show" : "hide", changed);
}

static enum rc set_rules(struct req *r)
{
    struct talk_rules rules = {
        form_has(r, "hold_links") && !str_eq(form_str(r, "hold_links"), "0"), form_str(r, "words")
    };
    struct studio_comments_page page;

    enum rc rc = rules_set(r->db, r->arena, r->viewer.user_id, &rules, &r->why);
    if (rc == RC_OK)
        return reply_see_other(r, "/studio/comments?done=rules");
    TRY(studio_comments_of(r, &page));
    page.rules = rules;
    page.editing = true;
    page.why = r->why;
    return RENDER_AGAIN(r, rc, studio_comments, &page);
}

static enum rc change(struct req *r)
{
    enum { SHOW, HIDE, RULES };
    static const char *const acts[] = { "show", "hide", "rules" };
    size_t act;

    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    return act == RULES ? set_rules(r) : decide(r, act == SHOW);
}

int main(void)
{
    static const struct endpoint studio_comments = {
        .name = "studio_comments",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 65536,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&studio_comments, error_view);
}
