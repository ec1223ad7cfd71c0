#include "pages/watch_playlists.h"
#include "app/watching/watch.h"
#include "base/str.h"
#include "web/req.h"

static enum rc offer(struct req *r, const struct video *v, struct save_menu *out)
{
    struct sb had = { .a = r->arena };
    struct playlist_marks marks;

    *out = (struct save_menu){ .had = "", .list_id = "" };
    if (r->viewer.user_id == 0 || v->state != VIDEO_READY)
        return RC_OK;
    TRY(playlist_marks(r->db, r->arena, r->viewer.user_id, v->id, &marks));
    out->offered = true;
    out->lists.items = arena_array(r->arena, struct save_menu_row, marks.n);
    for (size_t i = 0; i < marks.n; i++) {
        const struct playlist_mark *m = &marks.items[i];
        if (m->kind == PLAYLIST_LATER) {
            out->later = m->holds;
            continue;
        }
        if (m->holds)
            sb_addf(&had, "%s%s", had.len ? " " : "", m->public_id);
        out->lists.items[out->lists.n++] = (struct save_menu_row){ m->public_id, m->title,
                                                                   m->visibility, m->holds };
    }
    out->had = had.buf ? had.buf : "";
    return RC_OK;
}

static struct queue_rows rows_of(struct req *r, const struct playlist_around *around,
                                 const struct watch_mark_list *marks)
{
    struct video_list videos = { .n = around->entries.n };
    struct queue_rows rows = { .n = videos.n };

    videos.items = arena_array(r->arena, struct video_item, videos.n);
    for (size_t i = 0; i < videos.n; i++)
        videos.items[i] = around->entries.items[i].video;
    struct card_list cards = cards_of(r, &videos, videos.n, marks);
    rows.items = arena_array(r->arena, struct queue_row, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        rows.items[i] = (struct queue_row){
            .card = cards.items[i],
            .current = i == around->current,
            .number = around->number + (int64_t)i - (int64_t)around->current,
        };
    return rows;
}

static enum rc show_queue(struct req *r, const struct video *v, struct queue *out)
{
    struct watch_mark_list marks = { NULL, 0 };
    const char *id = query_str(r, "list");
    struct playlist_around around;
    struct playlist p;

    *out = (struct queue){ .id = "", .title = "", .next_id = "" };
    if (!id[0])
        return RC_OK;
    enum rc rc = playlist_get_for(r->db, r->arena, id, r->viewer.user_id, &p);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    TRY(playlist_around(r->db, r->arena, &p, r->viewer.user_id, v->id, &around));
    if (around.entries.n == 0)
        return RC_OK;
    if (r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    out->id = p.public_id;
    out->title = p.title;
    out->number = around.number;
    out->all = around.all;
    out->rows = rows_of(r, &around, &marks);
    if (around.current + 1 < out->rows.n)
        out->next_id = out->rows.items[around.current + 1].card.id;
    return RC_OK;
}

enum rc watch_playlists_fill(struct req *r, const struct video *v, struct watch_page *page)
{
    TRY(offer(r, v, &page->save_menu));
    TRY(show_queue(r, v, &page->queue));
    page->save_menu.list_id = page->queue.id;
    if (str_eq(query_str(r, "done"), "saved"))
        page->frame.notice = "Your playlists have been updated.";
    return RC_OK;
}
