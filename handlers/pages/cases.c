#include "pages/cases.h"
#include "app/publish/stream.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

/* The list */

static struct report_choice_list all_kinds(struct req *r)
{
    struct report_choice_list list = { arena_array(r->arena, struct report_choice, REPORT_KINDS),
                                       REPORT_KINDS };

    for (enum report_kind k = 0; k < REPORT_KINDS; k++)
        list.items[k] = (struct report_choice){ report_kind_word(k), report_kind_row(k)->title, "",
                                                str_eq(report_kind_word(k), query_str(r, "kind")) };
    return list;
}

static struct case_filter filter_of(struct req *r, struct cases_page *page)
{
    struct case_filter f = {
        .viewer_id = r->viewer.user_id,
        .after = query_i64(r, "after", 1, INT64_MAX, 0),
        .show = (enum case_show)query_choice(r, "show", case_show_words.items, case_show_words.n,
                                             SHOW_OPEN),
    };
    int64_t days = query_i64(r, "days", 1, CASE_AGE_MAX_DAYS, 0);

    f.one_kind = report_kind_read(query_str(r, "kind"), &f.kind);
    f.before_ms = days ? r->now_ms - days * DAY_MS : 0;
    page->show = case_show_word(f.show);
    page->kind = f.one_kind ? report_kind_word(f.kind) : "";
    page->days = days ? arena_printf(r->arena, "%" PRId64, days) : "";
    page->may_act = f.show != SHOW_DECIDED && f.show != SHOW_APPEALS;
    return f;
}

static const char *notice_of(const struct req *r)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "take", "The cases are yours now, except those that another moderator has." },
        { "nothing", "Decided. The reporters are being told." },
        { "taken", "This case is yours now." },
        { "give", "Handed over." },
        { "freeze", "The earnings are frozen until the case is decided." },
        { "decide", "Decided. All who are concerned are being told." },
        { "appeal", "The appeal is decided. Whoever appealed is being told." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            return notices[i].text;
    return "";
}

enum rc cases_page_of(struct req *r, struct cases_page *page)
{
    struct case_list list;

    *page = (struct cases_page){
        .frame = frame_of(r, "Reports", "admin"),
        .why = r->why,
        .kinds = all_kinds(r),
        .facts = form_str(r, "facts"),
        .next_url = "",
    };
    page->frame.notice = notice_of(r);
    struct case_filter f = filter_of(r, page);
    page->here = arena_printf(r->arena, "/admin/reports?show=%s&kind=%s&days=%s", page->show,
                              page->kind, page->days);
    TRY(case_count(r->db, r->arena, r->viewer.user_id, &page->counts));
    TRY(case_list(r->db, r->arena, &f, &list));
    size_t n = MIN_OF(list.n, CASE_PAGE);
    page->rows.items = arena_array(r->arena, struct case_row, n + 1);
    for (; page->rows.n < n; page->rows.n++) {
        const struct report_case *c = &list.items[page->rows.n];
        page->rows.items[page->rows.n] = (struct case_row){ *c, fmt_ago(r->arena, c->opened_ms,
                                                                        r->now_ms) };
    }
    if (list.n > n)
        page->next_url = arena_printf(r->arena, "%s&after=%" PRId64, page->here,
                                      list.items[n - 1].id);
    return RC_OK;
}

/* One case */

static const char *record_of(struct req *r, const struct report *p)
{
    int64_t all = p->was_right + p->was_refused;

    return all == 0 ? ""
                    : arena_printf(r->arena, "%" PRId64 " of %" PRId64 " earlier reports held",
                                   p->was_right, all);
}

static enum rc fill_reports(struct req *r, struct case_page *page)
{
    struct report_list list;

    TRY(report_of_case(r->db, r->arena, page->c.id, &list));
    page->reports.items = arena_array(r->arena, struct case_report, list.n + 1);
    for (; page->reports.n < list.n; page->reports.n++) {
        const struct report *p = &list.items[page->reports.n];
        page->reports.items[page->reports.n] = (struct case_report){
            .r = *p,
            .explanation = html_lines(r->arena, p->explanation),
            .snapshot = html_lines(r->arena, p->snapshot),
            .work = html_lines(r->arena, p->work),
            .place = p->place_s ? fmt_hms(r->arena, p->place_s * 1000) : "",
            .place_url = arena_printf(r->arena, "%s?t=%" PRId64, page->c.path, p->place_s),
            .record = record_of(r, p),
        };
    }
    return RC_OK;
}

static enum rc fill_decisions(struct req *r, struct case_page *page)
{
    struct decision_list list;

    TRY(decision_of_owner(r->db, r->arena, page->c.owner_id, &list));
    page->decisions.items = arena_array(r->arena, struct case_decision, list.n + 1);
    for (; page->decisions.n < list.n; page->decisions.n++) {
        const struct decision *d = &list.items[page->decisions.n];
        page->decisions.items[page->decisions.n] = (struct case_decision){
            .d = *d,
            .what = decision_what(r->arena, d),
            .facts = html_lines(r->arena, d->facts),
            .here = d->case_id == page->c.id,
        };
    }
    return RC_OK;
}

static enum rc fill_appeals(struct req *r, struct case_page *page)
{
    static const char *const who[] = { [SIDE_CREATOR] = "Appeal of the creator",
                                       [SIDE_REPORTER] = "Appeal of a reporter",
                                       [SIDE_COUNTER] = "Counter-notice of the creator" };
    struct appeal_list list;
    int64_t others = 1;

    TRY(appeal_of_case(r->db, r->arena, page->c.id, &list));
    page->appeals.items = arena_array(r->arena, struct case_appeal, list.n + 1);
    for (; page->appeals.n < list.n; page->appeals.n++) {
        const struct appeal *l = &list.items[page->appeals.n];
        bool open = l->state == APPEAL_OPEN, mine = l->decision_by_id == r->viewer.user_id;
        page->appeals.items[page->appeals.n] = (struct case_appeal){
            .l = *l,
            .who = who[l->side],
            .text = html_lines(r->arena, l->text),
            .reasons = html_lines(r->arena, l->reasons),
            .may_decide = open && !mine && page->c.owner_id != r->viewer.user_id,
        };
        if (open && mine && others == 1)
            TRY(appeal_others(r->db, r->arena, r->viewer.user_id, &others));
    }
    page->alone = others == 0;
    return RC_OK;
}

static const char *typed_or(const struct req *r, const char *name, const char *fallback)
{
    return form_has(r, name) ? form_str(r, name) : fallback;
}

static void fill_forms(struct req *r, struct case_page *page)
{
    page->content = typed_or(r, "content", "none");
    page->member = typed_or(r, "member", "none");
    page->days = typed_or(r, "days", "7");
    page->money = typed_or(r, "money", "none");
    page->ground = typed_or(r, "ground", "none");
    page->ground_text = form_str(r, "ground_text");
    page->facts = form_str(r, "facts");
    page->reasons = form_str(r, "reasons");
    page->from = form_str(r, "from");
    page->to = form_str(r, "to");
    page->handle = form_str(r, "to_handle");
}

static void fill_rights(struct req *r, struct case_page *page)
{
    const struct report_case *c = &page->c;
    bool open = c->state == CASE_OPEN;

    page->own = c->owner_id == r->viewer.user_id;
    page->mine = open && c->taken_by == r->viewer.user_id;
    page->free = open && c->taken_by == 0;
    page->may_member = c->owner_role < r->viewer.role;
    page->may_freeze = page->mine && !c->frozen_ms && c->subject != SUBJECT_COMMENT;
    page->may_limit = c->subject == SUBJECT_VIDEO;
    page->may_hide = c->subject != SUBJECT_CHANNEL;
}

enum rc case_page_of(struct req *r, int64_t id, const char *form, struct case_page *page)
{
    *page = (struct case_page){ .why = r->why, .form = form, .poster_url = "", .preview_url = "" };
    struct report_case *c = &page->c;
    TRY(case_get(r->db, r->arena, id, c));
    page->frame = frame_of(r, arena_printf(r->arena, "Case %" PRId64, id), "admin");
    page->frame.notice = notice_of(r);
    page->called = subject_called(c->subject);
    page->snapshot = html_lines(r->arena, c->snapshot);
    if (c->subject == SUBJECT_VIDEO && c->poster_version)
        page->poster_url = stream_poster(r->arena, c->name, c->poster_version, r->now_ms);
    if (c->subject == SUBJECT_VIDEO && c->has_preview)
        page->preview_url = stream_preview(r->arena, c->name, r->now_ms);
    fill_rights(r, page);
    fill_forms(r, page);
    TRY(fill_reports(r, page));
    TRY(fill_decisions(r, page));
    return fill_appeals(r, page);
}
