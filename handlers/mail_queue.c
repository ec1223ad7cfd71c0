/*
 * mail_queue: the queue of mails, for operators.
 *
 *   GET  /admin/mail   list=dead (given up) or waiting, before={number}: older ones
 *   POST /admin/mail   do=again or drop, id=N&id=N..., reason     303 back; each has a line in the journal
 *
 * Who    operators
 * Views  views/mail_queue.html and views/mail_queue.json, both of struct mail_queue_page
 */
#include "base/str.h"
#include "pages/mail_queue.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct mail_queue_page page;

    TRY(mail_queue_page_of(r, &page));
    return RENDER(r, mail_queue, &page);
}

/* In JSON a list: id.0, id.1. */
static enum rc read_ids(struct req *r, struct queue_act *act)
{
    int64_t *ids = arena_array(r->arena, int64_t, FIELDS_MAX);

    for (size_t i = 0; i < r->form.n; i++) {
        const struct field *f = &r->form.items[i];
        if (!str_eq(f->name, "id") && !str_starts(f->name, "id."))
            continue;
        TRY(str_to_i64(f->value, strlen(f->value), 1, INT64_MAX, &ids[act->n]));
        act->n++;
    }
    act->ids = ids;
    return RC_OK;
}

static enum rc change(struct req *r)
{
    static const char *const whats[] = { "again", "drop" };
    struct queue_act act = { .by = { r->viewer.user_id, "" }, .why = form_str(r, "reason") };
    struct mail_queue_page page;
    size_t what;
    int64_t done;

    r->act = "mails sent again or dropped";
    TRY(form_choice(r, "do", whats, COUNT(whats), &what));
    TRY(read_ids(r, &act));
    act.is_drop = what == 1;
    enum rc rc = queue_do(r->db, r->arena, &act, r->now_ms, &done, &r->why);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/mail?done=%s&n=%" PRId64, whats[what], done);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(mail_queue_page_of(r, &page));
    return RENDER_AGAIN(r, rc, mail_queue, &page);
}

int main(void)
{
    static const struct endpoint mail_queue = {
        .name = "mail_queue",
        .who = OPERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = 16384,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&mail_queue, error_view);
}
