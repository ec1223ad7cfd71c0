/*
 * decision: what moderators decided about a member, why, and the appeal; what became of a member's reports.
 *
 *   GET  /decision                 all; video={id}: about that video
 *   GET  /decision/{number}        one of the member
 *   POST /decision/{number}        do=appeal    text
 *                                  do=counter   text, name, address, statement: a counter-notice     303 back
 *
 * Who    signed in, also banned and suspended members
 * Views  views/decisions.html and .json of struct decisions_page, views/decision.html and .json of struct
 *        decision_page
 */
#include "base/str.h"
#include "pages/decision.h"
#include "web/req.h"

static enum rc number_of(struct req *r, int64_t *id)
{
    const char *text = req_segment(r, 1);

    return str_to_i64(text, strlen(text), 1, INT64_MAX, id) == RC_OK ? RC_OK : RC_NOT_FOUND;
}

static enum rc show(struct req *r)
{
    struct decisions_page all;
    struct decision_page one;
    int64_t id;

    if (!req_segment(r, 1)[0]) {
        TRY(decisions_page_of(r, &all));
        return RENDER(r, decisions, &all);
    }
    TRY(number_of(r, &id));
    TRY(decision_page_of(r, id, "", &one));
    return RENDER(r, decision, &one);
}

static enum rc appeal(struct req *r)
{
    static const char *const forms[] = { "appeal", "counter" };
    static const enum appeal_side sides[] = { SIDE_CREATOR, SIDE_COUNTER };
    struct decision_page page;
    int64_t id;
    size_t form;

    if (!req_segment(r, 1)[0])
        return RC_METHOD;
    r->act = "appeal";
    TRY(number_of(r, &id));
    TRY(form_choice(r, "do", forms, COUNT(forms), &form));
    const struct appeal_typed typed = {
        .side = sides[form],
        .decision_id = id,
        .user_id = r->viewer.user_id,
        .text = form_str(r, "text"),
        .name = form_str(r, "name"),
        .address = form_str(r, "address"),
        .sworn = form_has(r, "statement"),
    };
    enum rc rc = appeal_put(r->db, r->arena, &typed, r->now_ms, &r->why);
    if (rc == RC_OK)
        return reply_see_other(r, "/decision/%" PRId64 "?done=%s", id, forms[form]);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(decision_page_of(r, id, forms[form], &page));
    return RENDER_AGAIN(r, rc, decision, &page);
}

int main(void)
{
    static const struct endpoint decision = {
        .name = "decision",
        .who = SIGNED_IN,
        .for_restricted = true,
        .db = DB_ORDINARY,
        .body_max_bytes = 65536,
        .on = { [GET] = show, [POST] = appeal },
    };
    return serve(&decision, error_view);
}
