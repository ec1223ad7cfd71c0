#include "pages/report.h"
#include "pages/decision.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/mail.h"
#include "web/req.h"

static const char *const fields[] = { "video", "comment", "channel" }; /* by enum subject_kind */

/* From the form, or else from the query. */
static const char *said(const struct req *r, const char *name)
{
    return r->method == POST ? form_str(r, name) : query_str(r, name);
}

enum rc report_subject_of(struct req *r, struct subject *out, bool *named)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        const char *name = said(r, fields[i]);
        *named = name[0] != 0;
        if (*named)
            return subject_find(r->db, r->arena, (enum subject_kind)i, name, r->viewer.user_id,
                                r->viewer.role >= ROLE_MODERATOR, out);
    }
    return RC_NOT_FOUND;
}

static struct report_choices_list choices(struct req *r)
{
    static const char *const headings[] = {
        [GROUP_RULES] = "It breaks the rules of the site",
        [GROUP_LAW] = "It is illegal",
        [GROUP_COPYRIGHT] = "It uses what is mine",
        [GROUP_PRIVACY] = "It is about me",
    };
    struct report_choices_list all = { arena_array(r->arena, struct report_choices, GROUP_SITE),
                                       GROUP_SITE };

    for (size_t g = 0; g < all.n; g++)
        all.items[g] = (struct report_choices){
            headings[g], { arena_array(r->arena, struct report_choice, REPORT_KINDS), 0 }
        };
    for (enum report_kind k = 0; k < KIND_CHECK; k++) {
        const struct report_kind_row *row = report_kind_row(k);
        struct report_choice_list *list = &all.items[row->group].kinds;
        list->items[list->n++] = (struct report_choice){ report_kind_word(k), row->title, row->hint,
                                                         false };
    }
    return all;
}

/* "1:23" of the query's t=83, the second at which a link points into a video. */
static const char *time_of(struct req *r)
{
    int64_t t = query_i64(r, "t", 1, 1000000, 0);

    return form_has(r, "time") ? form_str(r, "time") : t ? fmt_hms(r->arena, t * 1000) : "";
}

static void fill_form(struct req *r, const struct subject *s, enum report_kind kind,
                      struct report_page *page)
{
    const struct report_kind_row *row = report_kind_row(kind);

    page->kind = report_kind_word(kind);
    page->kind_title = row->title;
    page->kind_hint = row->hint;
    page->statement = report_statement(row->group);
    page->copyright = row->group == GROUP_COPYRIGHT;
    page->explain = row->group != GROUP_RULES;
    page->asks_person = r->viewer.user_id == 0;
    page->needs_person = row->group != GROUP_RULES && !row->anonymous;
    page->has_time = s->kind == SUBJECT_VIDEO;
    page->confirmed = form_has(r, "statement");
    page->time = time_of(r);
    page->location = form_has(r, "location") ? form_str(r, "location") : absolute(r, s->path);
}

struct report_page report_page_of(struct req *r, const struct subject *s)
{
    struct report_page page = {
        .frame = frame_of(r, "Report", ""),
        .why = r->why,
        .about = query_str(r, "about"),
        .subject = "",
        .kind = "",
        .explanation = form_str(r, "explanation"),
        .typed_name = form_str(r, "name"),
        .email = form_str(r, "email"),
        .holder = form_str(r, "holder"),
        .work = form_str(r, "work"),
        .kept_days = REPORTER_KEPT_DAYS,
    };
    enum report_kind kind;

    page.frame.noindex = true;
    if (s == NULL)
        return page;
    page.subject = subject_kind_word(s->kind);
    page.name = s->name;
    page.title = s->title;
    page.path = s->path;
    page.called = subject_called(s->kind);
    if (report_kind_read(said(r, "kind"), &kind) && kind != KIND_CHECK)
        fill_form(r, s, kind, &page);
    else
        page.groups = choices(r);
    return page;
}

/* What stands after `before` in the address, up to the next mark; NULL: it does not occur. */
static const char *part_after(struct req *r, const char *address, const char *before)
{
    const char *at = strstr(address, before);

    return at ? arena_strn(r->arena, at + strlen(before),
                           strspn(at + strlen(before), STR_BASE64URL))
              : NULL;
}

const char *report_path_of(struct req *r, const char *typed)
{
    const char *address = str_clean(r->arena, typed, false);
    const char *video = part_after(r, address, "/watch/"),
               *channel = part_after(r, address, "/channel/");

    if (video)
        return arena_printf(r->arena, "/report?video=%s", video);
    if (channel)
        return arena_printf(r->arena, "/report?channel=%s", channel);
    return "";
}

/* What was decided, and the reporter's appeal. */
static enum rc fill_decision(struct req *r, struct report_state_page *page)
{
    const struct report *p = &page->report;
    struct appeal_list appeals;

    if (p->state == REPORT_OPEN)
        return RC_OK;
    TRY(decision_get(r->db, r->arena, p->decision_id, &page->decision));
    TRY(appeal_of_decision(r->db, r->arena, p->decision_id, p->id, &appeals));
    page->what = decision_what(r->arena, &page->decision);
    page->facts = html_lines(r->arena, page->decision.facts);
    page->appeals = appeal_rows_of(r, &appeals);
    if (p->state == REPORT_REFUSED && appeals.n == 0)
        page->appeal_until_ms = appeal_until_ms(&page->decision, r->now_ms);
    return RC_OK;
}

enum rc report_state_of(struct req *r, struct report_state_page *page)
{
    struct report_case c;
    int64_t id;
    const char *number = req_segment(r, 1);

    *page = (struct report_state_page){
        .frame = frame_of(r, "Your report", ""),
        .why = r->why,
        .key = r->method == POST ? form_str(r, "key") : query_str(r, "key"),
        .text = form_str(r, "text"),
        .what = "",
        .decision = { .facts = "" },
    };
    page->frame.noindex = true;
    TRY(str_to_i64(number, strlen(number), 1, INT64_MAX, &id) == RC_OK ? RC_OK : RC_NOT_FOUND);
    TRY(report_get_for(r->db, r->arena, id, page->key, r->viewer.user_id, &page->report));
    TRY(case_get(r->db, r->arena, page->report.case_id, &c));
    if (str_eq(query_str(r, "done"), "sent"))
        page->frame.notice = "Thank you. Your report has arrived.";
    if (str_eq(query_str(r, "done"), "again"))
        page->frame.notice = "You have sent this report before. This is what became of it.";
    if (str_eq(query_str(r, "done"), "appeal"))
        page->frame.notice = "Your appeal has arrived. Another moderator looks at it.";
    page->title = c.title;
    page->path = c.path;
    page->called = subject_called(c.subject);
    page->place = page->report.place_s ? fmt_hms(r->arena, page->report.place_s * 1000) : "";
    page->explanation = html_lines(r->arena, page->report.explanation);
    page->mailed = mail_is_on() && (page->report.reporter_id || page->report.email[0]);
    return fill_decision(r, page);
}
