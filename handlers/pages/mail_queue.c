#include "pages/mail_queue.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

static const char *notice_of(const struct req *r)
{
    const char *done = query_str(r, "done");
    int64_t n = query_i64(r, "n", 0, MAILS_SHOWN_MAX, 0);
    const char *mails = arena_printf(r->arena, "%" PRId64 " %s", n, n == 1 ? "mail" : "mails");

    if (str_eq(done, "again"))
        return arena_printf(r->arena, "%s will be tried again within a minute.", mails);
    return str_eq(done, "drop") ? arena_printf(r->arena, "%s dropped.", mails) : "";
}

static bool is_chosen(const struct req *r, int64_t id)
{
    const char *text = arena_printf(r->arena, "%" PRId64, id);

    for (size_t i = 0; i < r->form.n; i++)
        if (str_eq(r->form.items[i].name, "id") && str_eq(r->form.items[i].value, text))
            return true;
    return false;
}

static void fill_rows(struct req *r, struct queued_list *list, struct mail_queue_page *page)
{
    page->rows.items = arena_array(r->arena, struct mail_row, list->n);
    for (size_t i = 0; i < list->n; i++) {
        const struct queued *q = &list->items[i];
        char *kind = arena_str(r->arena, notice_kind_word(q->kind));
        for (char *c = kind; *c; c++)
            *c = *c == '_' ? ' ' : *c;
        page->rows.items[page->rows.n++] = (struct mail_row){ *q, kind, queue_reason(q->failure),
                                                              is_chosen(r, q->id) };
    }
}

enum rc mail_queue_page_of(struct req *r, struct mail_queue_page *page)
{
    static const char *const lists[] = { "dead", "waiting" };
    size_t waiting = query_choice(r, "list", lists, COUNT(lists), 0);
    struct queued_list list;

    *page = (struct mail_queue_page){
        .frame = frame_of(r, "Mails", "admin"),
        .why = r->why,
        .is_on = mail_is_on(),
        .is_dead_list = !waiting,
        .keep_days = MAIL_KEEP_DAYS,
        .reason = form_str(r, "reason"),
        .oldest = "",
        .older_url = "",
    };
    page->frame.notice = notice_of(r);
    TRY(queue_figures(r->db, r->arena, r->now_ms, &page->figures));
    page->away = queue_reason(page->figures.away);
    if (page->figures.oldest_ms)
        page->oldest = fmt_ago(r->arena, page->figures.oldest_ms, r->now_ms);
    TRY(queue_list(r->db, r->arena, waiting ? MAIL_WAITING : MAIL_DEAD,
                   query_i64(r, "before", 1, INT64_MAX, 0), &list));
    fill_rows(r, &list, page);
    if (list.n == MAILS_SHOWN_MAX)
        page->older_url = arena_printf(r->arena, "/admin/mail?list=%s&before=%" PRId64,
                                       lists[waiting], list.items[list.n - 1].id);
    return RC_OK;
}
