/*
 * cases: what was reported, and what moderators do about it.
 *
 *   GET  /admin/reports           show=open|free|mine|urgent|appeals|decided, kind, days (at least so old),
 *                                 after={case}
 *   POST /admin/reports           do=take      case.{number}=on ...: take these
 *                                 do=nothing   case.{number}=on ..., facts: nothing is wrong with these
 *                                 do=open      video, comment or channel: a case without a report
 *   GET  /admin/reports/{number}  the case
 *   POST /admin/reports/{number}  do=take
 *                                 do=give      to_handle: another moderator; without it, back
 *                                 do=freeze    from, to (days): earnings of that time
 *                                 do=decide    content, member, days, money, ground, ground_text, facts
 *                                 do=appeal    appeal (number), overturn=yes|no, reasons
 *
 * Each 303 back.
 *
 * Who    moderators and operators
 * Views  views/cases.html and .json of struct cases_page, views/case.html and .json of struct case_page
 */
#include "app/people/account.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/cases.h"
#include "pages/report.h"
#include "web/req.h"

#define CHOSEN "case."

static enum rc number_of(struct req *r, int64_t *id)
{
    const char *text = req_segment(r, 2);

    return str_to_i64(text, strlen(text), 1, INT64_MAX, id) == RC_OK ? RC_OK : RC_NOT_FOUND;
}

static enum rc show(struct req *r)
{
    struct cases_page list;
    struct case_page one;
    int64_t id;

    if (!req_segment(r, 2)[0]) {
        TRY(cases_page_of(r, &list));
        return RENDER(r, cases, &list);
    }
    TRY(number_of(r, &id));
    TRY(case_page_of(r, id, "", &one));
    return RENDER(r, case, &one);
}

/* Acts on one case */

static enum rc decide_with(struct req *r, struct decision_typed *typed)
{
    int64_t id;

    typed->by_id = r->viewer.user_id;
    typed->by_role = r->viewer.role;
    return decision_make(r->db, r->arena, typed, r->now_ms, &id, &r->why);
}

static enum rc take(struct req *r, int64_t id)
{
    enum rc rc = case_take(r->db, r->arena, id, r->viewer.user_id, r->now_ms);

    return rc != RC_CONFLICT
               ? rc
               : refuse(&r->why, rc, NULL, "Another moderator has this case, or it is decided.");
}

static enum rc give(struct req *r, int64_t id)
{
    struct account to = { .id = 0 };
    const char *handle = str_clean(r->arena, form_str(r, "to_handle"), false);

    handle += *handle == '@';
    enum rc rc = *handle ? account_by_handle(r->db, r->arena, handle, &to) : RC_OK;
    if (rc == RC_NOT_FOUND || (rc == RC_OK && to.id && to.role < ROLE_MODERATOR))
        return refuse(&r->why, RC_INVALID, "to_handle", "No moderator has this handle.");
    TRY(rc);
    rc = case_hand_over(r->db, r->arena, id, r->viewer.user_id, to.id, r->now_ms);
    return rc != RC_CONFLICT ? rc : refuse(&r->why, rc, NULL, "This case is not yours.");
}

/* The first millisecond of a day that was typed; 0 when there is none. */
static enum rc day_of(struct req *r, const char *field, int64_t *ms)
{
    const char *typed = str_clean(r->arena, form_str(r, field), false);

    *ms = 0;
    if (!typed[0] || fmt_read_date(typed, ms) == RC_OK)
        return RC_OK;
    return refuse(&r->why, RC_INVALID, field, "Give a day such as 2026-11-22, or leave it out.");
}

static enum rc freeze(struct req *r, int64_t id)
{
    int64_t from_ms, to_ms;

    TRY(day_of(r, "from", &from_ms));
    TRY(day_of(r, "to", &to_ms));
    return decision_freeze(r->db, r->arena, id, (struct actor){ r->viewer.user_id, "" }, from_ms,
                           to_ms ? to_ms + DAY_MS : 0, r->now_ms, &r->why);
}

static enum rc decide(struct req *r, int64_t id)
{
    struct decision_typed t = {
        .case_id = id,
        .days = 0,
        .ground_text = form_str(r, "ground_text"),
        .facts = form_str(r, "facts"),
    };

    if (!content_act_read(form_str(r, "content"), &t.content))
        return refuse(&r->why, RC_INVALID, "content", "Say what becomes of the content.");
    if (!member_act_read(form_str(r, "member"), &t.member))
        return refuse(&r->why, RC_INVALID, "member", "Say what becomes of the member.");
    (void)money_act_read(form_str(r, "money"), &t.money);
    (void)decision_ground_read(form_str(r, "ground"), &t.ground);
    if (t.member == MEMBER_SUSPEND)
        TRY(form_i64(r, "days", 1, SUSPEND_MAX_DAYS, &t.days));
    return decide_with(r, &t);
}

static enum rc decide_appeal(struct req *r, int64_t id)
{
    static const char *const answers[] = { "no", "yes" };
    size_t overturn;
    int64_t appeal;

    (void)id;
    TRY(form_i64(r, "appeal", 1, INT64_MAX, &appeal));
    TRY(form_choice(r, "overturn", answers, COUNT(answers), &overturn));
    const struct appeal_answer answer = { appeal, r->viewer.user_id, overturn,
                                          form_str(r, "reasons") };
    return appeal_decide(r->db, r->arena, &answer, r->now_ms, &r->why);
}

static enum rc change_one(struct req *r)
{
    static const char *const names[] = { "take", "give", "freeze", "decide", "appeal" };
    static enum rc (*const acts[])(struct req * r, int64_t id) = { take, give, freeze, decide,
                                                                   decide_appeal };
    struct case_page page;
    int64_t id;
    size_t act;

    TRY(number_of(r, &id));
    TRY(form_choice(r, "do", names, COUNT(names), &act));
    log_about("case:%" PRId64, id);
    enum rc rc = acts[act](r, id);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/reports/%" PRId64 "?done=%s", id,
                               act ? names[act] : "taken");
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(case_page_of(r, id, names[act], &page));
    return RENDER_AGAIN(r, rc, case, &page);
}

/* Acts on several */

/* Nothing is wrong with a case that nobody else has. */
static enum rc dismiss(struct req *r, int64_t id)
{
    struct decision_typed t = { .case_id = id, .ground_text = "", .facts = form_str(r, "facts") };

    TRY(take(r, id));
    enum rc rc = decide_with(r, &t);
    return rc == RC_INVALID && str_eq(r->why.field, "money") ? RC_CONFLICT : rc;
}

/* Those that another moderator has, or that are frozen, are left out. */
static enum rc each_chosen(struct req *r, enum rc (*act)(struct req *r, int64_t id))
{
    size_t n = 0;

    for (size_t i = 0; i < r->form.n && n < CASE_PAGE; i++) {
        const char *name = r->form.items[i].name;
        int64_t id;
        if (!str_starts(name, CHOSEN) ||
            str_to_i64(name + strlen(CHOSEN), strlen(name) - strlen(CHOSEN), 1, INT64_MAX, &id) !=
                RC_OK)
            continue;
        enum rc rc = act(r, id);
        if (rc != RC_OK && rc != RC_CONFLICT && rc != RC_DENIED)
            return rc;
        n++;
    }
    return n ? RC_OK : refuse(&r->why, RC_INVALID, NULL, "Choose at least one case.");
}

static enum rc open(struct req *r)
{
    struct subject s;
    int64_t id;
    bool named;

    TRY(report_subject_of(r, &s, &named));
    TRY(case_begin(r->db, r->arena, &s, r->viewer.user_id, r->now_ms, &id));
    return reply_see_other(r, "/admin/reports/%" PRId64, id);
}

static enum rc change(struct req *r)
{
    static const char *const names[] = { "take", "nothing", "open" };
    static enum rc (*const acts[])(struct req * r, int64_t id) = { take, dismiss };
    struct cases_page page;
    size_t act;

    r->act = "moderation";
    if (req_segment(r, 2)[0])
        return change_one(r);
    TRY(form_choice(r, "do", names, COUNT(names), &act));
    if (act == COUNT(acts))
        return open(r);
    enum rc rc = each_chosen(r, acts[act]);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/reports?show=%s&done=%s", act ? "open" : "mine",
                               names[act]);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(cases_page_of(r, &page));
    return RENDER_AGAIN(r, rc, cases, &page);
}

int main(void)
{
    static const struct endpoint cases = {
        .name = "cases",
        .who = MODERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = 65536,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&cases, error_view);
}
