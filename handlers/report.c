/*
 * report: tells the site about a video, a comment or a channel, with or without an account.
 *
 *   GET  /report                       about={address of a page of this site}: 303 to the next step
 *   GET  /report?video={id}            or comment={number} or channel={handle}: the reasons to choose from;
 *                                      kind={reason}: its form; t={second of the video}
 *   POST /report                       video, comment or channel; kind; explanation, location, time, name,
 *                                      email, holder, work, statement: as the kind needs them. 303 to
 *   GET  /report/{number}?key={key}    what became of it; members need no key for their own
 *   POST /report/{number}              key, text: an appeal, once, if the report was refused; 303 back
 *
 * Who    anyone; limits in app/moderation/report.h
 * Views  views/report.html and .json of struct report_page; views/report_state.html and .json of struct
 *        report_state_page
 */
#include "base/str.h"
#include "pages/report.h"
#include "web/req.h"

static enum rc show_state(struct req *r)
{
    struct report_state_page page;

    TRY(report_state_of(r, &page));
    return RENDER(r, report_state, &page);
}

/* Without a subject: the step that asks for one. */
static enum rc ask_what(struct req *r)
{
    const char *typed = query_str(r, "about"), *path = report_path_of(r, typed);

    if (path[0])
        return reply_see_other(r, "%s", path);
    enum rc rc = typed[0] ? refuse(&r->why, RC_INVALID, "about",
                                   "This is not the address of a video or a channel of this site.")
                          : RC_OK;
    struct report_page page = report_page_of(r, NULL);
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, report, &page);
    return RENDER(r, report, &page);
}

static enum rc show(struct req *r)
{
    struct subject s;
    bool named;

    if (req_segment(r, 1)[0])
        return show_state(r);
    enum rc rc = report_subject_of(r, &s, &named);
    if (!named)
        return ask_what(r);
    TRY(rc);
    struct report_page page = report_page_of(r, &s);
    return RENDER(r, report, &page);
}

static struct report_typed typed(const struct req *r)
{
    struct report_typed t = {
        .reporter_id = r->viewer.user_id,
        .network = req_network(r),
        .name = form_str(r, "name"),
        .email = form_str(r, "email"),
        .explanation = form_str(r, "explanation"),
        .location = form_str(r, "location"),
        .time = form_str(r, "time"),
        .holder = form_str(r, "holder"),
        .work = form_str(r, "work"),
        .statement = form_has(r, "statement"),
    };
    return t;
}

static enum rc put(struct req *r, const struct subject *s, struct problem_list *wrong)
{
    struct report_typed t = typed(r);
    struct report_made made;

    if (!report_kind_read(form_str(r, "kind"), &t.kind))
        return refuse(&r->why, RC_INVALID, "kind", "Please choose a reason.");
    enum rc rc = report_put(r->db, r->arena, s, &t, r->now_ms, &made, &r->why);
    if (rc == RC_INVALID)
        report_wrong(r->arena, s, &t, wrong);
    TRY(rc);
    return reply_see_other(r, "/report/%" PRId64 "?%s%s%sdone=%s", made.id,
                           t.reporter_id ? "" : "key=", t.reporter_id ? "" : made.pass,
                           t.reporter_id ? "" : "&", made.again ? "again" : "sent");
}

/* The reporter of a report that was refused asks for another look. */
static enum rc appeal(struct req *r)
{
    struct report_state_page page;

    r->act = "appeal";
    TRY(report_state_of(r, &page));
    const struct appeal_typed typed = {
        .side = SIDE_REPORTER,
        .decision_id = page.report.decision_id,
        .report_id = page.report.id,
        .text = form_str(r, "text"),
    };
    enum rc rc = appeal_put(r->db, r->arena, &typed, r->now_ms, &r->why);
    page.why = r->why;
    if (rc == RC_OK)
        return reply_see_other(r, "/report/%" PRId64 "?key=%s&done=appeal", page.report.id,
                               page.key);
    return RENDER_AGAIN(r, rc, report_state, &page);
}

static enum rc send(struct req *r)
{
    struct problem_list wrong = { NULL, 0 };
    struct subject s;
    bool named;

    if (req_segment(r, 1)[0])
        return appeal(r);
    r->act = "report";
    TRY(report_subject_of(r, &s, &named));
    enum rc rc = put(r, &s, &wrong);
    if (rc == RC_OK || !reply_can_explain(r, rc))
        return rc;
    struct report_page page = report_page_of(r, &s);
    page.wrong.list = wrong;
    return RENDER_AGAIN(r, rc, report, &page);
}

int main(void)
{
    static const struct endpoint report = {
        .name = "report",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = 65536,
        .on = { [GET] = show, [POST] = send },
    };
    return serve(&report, error_view);
}
