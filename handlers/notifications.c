/*
 * notifications: what a member was told.
 *
 *   GET  /notifications[?before=ID]   newest first; what a person is shown has been read then
 *   POST /notifications   do=read     all of it has been read
 *
 * Who    signed in; members see only their own
 * Views  views/notifications.html and .json, both of struct notifications_page
 */
#include "app/notify/letter.h"
#include "app/notify/list.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/notifications.h"
#include "web/req.h"

static struct notification shown(struct req *r, const struct notice_row *n)
{
    return (struct notification){
        .id = n->id,
        .made_ms = n->made_ms,
        .kind = n->kind,
        .text = letter_subject(r->arena, n->kind, n->fields),
        .url = n->link,
        .ago = fmt_ago(r->arena, n->made_ms, r->now_ms),
        .unread = n->read_ms == 0,
    };
}

/* Programs say themselves what has been read. */
static enum rc note_read(struct req *r, const struct notice_row_list *rows, size_t n,
                         struct frame *frame)
{
    int64_t read = 0;

    if (n == 0 || frame->unread == 0 || r->head_only || req_wants_json(r))
        return RC_OK;
    TRY(notices_read(r->db, r->viewer.user_id, rows->items[n - 1].id, rows->items[0].id, r->now_ms,
                     &read));
    frame->unread = MAX_OF(frame->unread - read, 0);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    int64_t before = query_i64(r, "before", 1, INT64_MAX, 0);
    struct notifications_page page = { .frame = frame_of(r, "Notifications", "notifications"),
                                       .unread = r->viewer.unread,
                                       .first = before == 0,
                                       .next_url = "" };
    struct notice_row_list rows;

    TRY(notices_of(r->db, r->arena, r->viewer.user_id, before, &rows));
    page.list.n = MIN_OF(rows.n, NOTICES_PAGE);
    page.list.items = arena_array(r->arena, struct notification, page.list.n);
    for (size_t i = 0; i < page.list.n; i++)
        page.list.items[i] = shown(r, &rows.items[i]);
    if (rows.n > NOTICES_PAGE)
        page.next_url = arena_printf(r->arena, "/notifications?before=%" PRId64,
                                     rows.items[NOTICES_PAGE - 1].id);
    TRY(note_read(r, &rows, page.list.n, &page.frame));
    return RENDER(r, notifications, &page);
}

static enum rc change(struct req *r)
{
    static const char *const acts[] = { "read" };
    size_t act;

    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    TRY(notices_read(r->db, r->viewer.user_id, 0, INT64_MAX, r->now_ms, NULL));
    return reply_see_other(r, "/notifications");
}

int main(void)
{
    static const struct endpoint notifications = {
        .name = "notifications",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 1024,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&notifications, error_view);
}
