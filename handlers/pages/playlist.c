#include "pages/playlist.h"
#include "app/publish/stream.h"
#include "app/watching/watch.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

/* What has just happened; the query names it by a word of ours. */
static const char *notice_of(const struct req *r)
{
    const char *done = query_str(r, "done");

    return str_eq(done, "created")   ? "The playlist has been created."
           : str_eq(done, "saved")   ? "Your changes have been saved."
           : str_eq(done, "deleted") ? "The playlist has been deleted. Its videos stay where they "
                                       "are."
           : str_eq(done, "removed") ? "The video has been removed from this list."
           : str_eq(done, "added")   ? "The video is in this list now."
                                     : "";
}

struct playlist_cards playlist_cards_of(struct req *r, const struct playlists *lists, size_t max)
{
    struct playlist_cards cards = { .n = MIN_OF(lists->n, max) };

    cards.items = arena_array(r->arena, struct playlist_card, cards.n);
    for (size_t i = 0; i < cards.n; i++) {
        const struct playlist *p = &lists->items[i];
        cards.items[i] = (struct playlist_card){
            .id = p->public_id,
            .title = p->title,
            .poster_url = p->first_id[0] ? stream_card(r->arena, p->first_id,
                                                       p->first_poster_version, r->now_ms)
                                         : "",
            .visibility = p->visibility,
            .ago = fmt_ago(r->arena, p->changed_ms, r->now_ms),
            .later = p->kind == PLAYLIST_LATER,
            .videos = p->videos,
            .changed_ms = p->changed_ms,
        };
    }
    return cards;
}

void typed_playlist_of(struct req *r, struct playlist_text *text)
{
    if (form_has(r, "title"))
        text->title = form_str(r, "title");
    if (form_has(r, "description"))
        text->description = form_str(r, "description");
    if (form_has(r, "visibility"))
        visibility_read(form_str(r, "visibility"), &text->visibility);
}

static struct playlist_fields fields_of(const struct req *r, const struct playlist_text *text)
{
    return (struct playlist_fields){
        .title = text->title,
        .description = text->description,
        .visibility = text->visibility,
        .problem = r->why.text ? r->why.text : "",
        .problem_field = r->why.field ? r->why.field : "",
    };
}

enum rc playlists_page_of(struct req *r, const struct playlist_text *text,
                          struct playlists_page *page)
{
    size_t number = page_of(r);
    struct playlists lists;

    TRY(playlists_own(r->db, r->arena, r->viewer.user_id, number, &lists));
    *page = (struct playlists_page){
        .frame = frame_of(r, "Playlists", "playlists"),
        .why = r->why,
        .typing = r->why.text != NULL,
        .fields = fields_of(r, text),
        .lists = playlist_cards_of(r, &lists, PLAYLISTS_PAGE),
        .pager = pager_of(r, "/playlists?", number, lists.n > PLAYLISTS_PAGE),
    };
    page->frame.notice = notice_of(r);
    return RC_OK;
}

/* The videos of the entries, as cards in the same order. */
static enum rc rows_of(struct req *r, const struct playlist_entries *entries, size_t first,
                       struct playlist_rows *out)
{
    struct watch_mark_list marks = { NULL, 0 };
    struct video_list videos = { .n = MIN_OF(entries->n, PLAYLIST_PAGE) };

    if (r->viewer.user_id)
        TRY(watch_marks(r->db, r->arena, r->viewer.user_id, &marks));
    videos.items = arena_array(r->arena, struct video_item, videos.n);
    for (size_t i = 0; i < videos.n; i++)
        videos.items[i] = entries->items[i].video;
    struct card_list cards = cards_of(r, &videos, videos.n, &marks);
    *out = (struct playlist_rows){ arena_array(r->arena, struct playlist_row, cards.n), cards.n };
    for (size_t i = 0; i < cards.n; i++)
        out->items[i] = (struct playlist_row){ cards.items[i], entries->items[i].shown,
                                               (int64_t)(first + i) };
    return RC_OK;
}

enum rc playlist_page_of(struct req *r, const struct playlist *p, const struct playlist_text *text,
                         bool rows, struct playlist_page *page)
{
    struct playlist_entries entries = { NULL, 0 };
    const struct playlist_text as_is = { p->title, p->description, p->visibility };
    size_t number = page_of(r), first = number * PLAYLIST_PAGE + 1;

    *page = (struct playlist_page){
        .frame = frame_of(r, p->title, "playlists"),
        .why = r->why,
        .id = p->public_id,
        .title = p->title,
        .description_text = p->description,
        .description = html_lines(r->arena, p->description),
        .visibility = p->visibility,
        .owner_name = p->owner_name,
        .owner_handle = p->owner_handle,
        .own = p->user_id == r->viewer.user_id,
        .later = p->kind == PLAYLIST_LATER,
        .video_count = p->videos,
        .changed_ms = p->changed_ms,
        .first_id = p->first_id,
        .first_number = (int64_t)first,
        .fields = fields_of(r, text ? text : &as_is),
    };
    page->frame.description = fmt_excerpt(r->arena, p->description);
    page->frame.noindex = p->visibility != VISIBILITY_PUBLIC;
    if (p->visibility == VISIBILITY_PRIVATE)
        page->frame.og_type = "";
    page->frame.notice = notice_of(r);
    if (!rows)
        return RC_OK;
    TRY(playlist_videos(r->db, r->arena, p, r->viewer.user_id, number, &entries));
    page->pager = pager_of(r, arena_printf(r->arena, "/playlist/%s?", p->public_id), number,
                           entries.n > PLAYLIST_PAGE);
    return rows_of(r, &entries, first, &page->rows);
}

const char *entry_url(struct req *r, const struct playlist *p, const char *video, int64_t index)
{
    return arena_printf(r->arena, "/playlist/%s?page=%" PRId64 "#v-%s", p->public_id,
                        index / PLAYLIST_PAGE + 1, video);
}
