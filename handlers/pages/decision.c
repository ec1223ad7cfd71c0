#include "pages/decision.h"
#include "app/people/account.h"
#include "base/str.h"
#include "web/req.h"

static enum rc fill_rows(struct req *r, const char *video, struct decision_row_list *rows)
{
    struct decision_list list;

    TRY(decision_of_owner(r->db, r->arena, r->viewer.user_id, &list));
    rows->items = arena_array(r->arena, struct decision_row, list.n + 1);
    for (size_t i = 0; i < list.n; i++) {
        const struct decision *d = &list.items[i];
        bool shown = decision_restricts(d) || d->money == MONEY_CREATOR;
        if (shown && (!video[0] || (d->subject == SUBJECT_VIDEO && str_eq(d->name, video))))
            rows->items[rows->n++] = (struct decision_row){ *d, decision_what(r->arena, d) };
    }
    return RC_OK;
}

enum rc decisions_page_of(struct req *r, struct decisions_page *page)
{
    const char *video = query_str(r, "video");
    struct account me;

    *page = (struct decisions_page){
        .frame = frame_of(r, "Decisions", "account"),
        .restricted = r->viewer.restricted,
        .one_video = video[0] != 0,
    };
    TRY(account_get(r->db, r->arena, r->viewer.user_id, &me));
    page->banned = me.blocked;
    page->suspended_until_ms = me.suspended_until_ms > r->now_ms ? me.suspended_until_ms : 0;
    TRY(fill_rows(r, video, &page->rows));
    return report_of_member(r->db, r->arena, r->viewer.user_id, &page->reports);
}

struct appeal_row_list appeal_rows_of(struct req *r, const struct appeal_list *list)
{
    struct appeal_row_list rows = { arena_array(r->arena, struct appeal_row, list->n + 1),
                                    list->n };

    for (size_t i = 0; i < list->n; i++)
        rows.items[i] = (struct appeal_row){
            list->items[i],
            html_lines(r->arena, list->items[i].text),
            html_lines(r->arena, list->items[i].reasons),
        };
    return rows;
}

/* Which appeals are still possible. */
static void fill_rights(struct req *r, const struct appeal_list *made, struct decision_page *page)
{
    const struct decision *d = &page->d;
    bool appealed = false, countered = false;

    for (size_t i = 0; i < made->n; i++) {
        appealed = appealed || made->items[i].side == SIDE_CREATOR;
        countered = countered || made->items[i].side == SIDE_COUNTER;
    }
    page->appeal_until_ms = decision_restricts(d) ? appeal_until_ms(d, r->now_ms) : 0;
    page->may_appeal = page->appeal_until_ms && !appealed;
    page->may_counter = page->appeal_until_ms && !countered && d->kind == KIND_COPYRIGHT &&
                        (d->content == CONTENT_LIMIT || d->content == CONTENT_REMOVE);
}

enum rc decision_page_of(struct req *r, int64_t id, const char *form, struct decision_page *page)
{
    struct appeal_list appeals;

    *page = (struct decision_page){
        .why = r->why,
        .form = form,
        .text = form_str(r, "text"),
        .name = form_str(r, "name"),
        .address = form_str(r, "address"),
        .counter_days = COUNTER_DAYS,
    };
    TRY(decision_get(r->db, r->arena, id, &page->d));
    if (page->d.owner_id != r->viewer.user_id)
        return RC_NOT_FOUND;
    TRY(appeal_of_decision(r->db, r->arena, id, 0, &appeals));
    page->frame = frame_of(r, "A decision", "account");
    if (str_eq(query_str(r, "done"), "appeal"))
        page->frame.notice = "Your appeal has arrived. Another moderator looks at it.";
    if (str_eq(query_str(r, "done"), "counter"))
        page->frame.notice = "Your counter-notice has been forwarded.";
    page->what = decision_what(r->arena, &page->d);
    page->called = subject_called(page->d.subject);
    page->statement = html_lines(r->arena, decision_statement(r->arena, &page->d));
    page->appeals = appeal_rows_of(r, &appeals);
    fill_rights(r, &appeals, page);
    return RC_OK;
}
