#include "pages/channel.h"
#include "app/watching/watch.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/playlist.h"
#include "web/req.h"

enum { ROW_VIDEOS = 8 }; /* a channel with more has a row of its most watched videos */

static const char *path_of(struct req *r, const struct channel *c, const char *part)
{
    return arena_printf(r->arena, "/channel/%s%s%s", c->handle, part[0] ? "/" : "", part);
}

struct channel_page channel_page_of(struct req *r, const struct channel *c, const char *part)
{
    struct channel_page page = {
        .frame = frame_of(r, c->name, "channel"),
        .handle = c->handle,
        .name = c->name,
        .avatar_url = avatar_url(r, c->avatar_key),
        .about_text = c->about,
        .about = html_lines(r->arena, c->about),
        .video_count = c->videos,
        .followers = c->followers,
        .since_ms = c->since_ms,
        .own = c->user_id == r->viewer.user_id,
        .followed = c->followed,
        .part = part,
        .sort = "",
        .pager = { "", "", "", 1 },
    };

    page.frame.canonical = absolute(r, path_of(r, c, part));
    page.frame.description = fmt_excerpt(r->arena, c->about);
    page.frame.image_url = page.avatar_url[0] ? absolute(r, page.avatar_url) : "";
    page.frame.image_alt = c->name;
    page.frame.og_type = "profile";
    page.frame.username = c->handle;
    page.frame.feed_url = absolute(r, arena_printf(r->arena, "/feed/channel/%s", c->handle));
    return page;
}

static enum rc marks_of(struct req *r, struct watch_mark_list *marks)
{
    *marks = (struct watch_mark_list){ NULL, 0 };
    return r->viewer.user_id ? watch_marks(r->db, r->arena, r->viewer.user_id, marks) : RC_OK;
}

/* The first videos of one playlist, taken from the first videos of all. */
static struct channel_row row_of(struct req *r, const struct playlist *p,
                                 const struct playlist_entries *all,
                                 const struct watch_mark_list *marks)
{
    struct video_list videos = { arena_array(r->arena, struct video_item, PLAYLIST_ROW_VIDEOS), 0 };

    for (size_t i = 0; i < all->n && videos.n < PLAYLIST_ROW_VIDEOS; i++)
        if (all->items[i].playlist_id == p->id)
            videos.items[videos.n++] = all->items[i].video;
    return (struct channel_row){ p->public_id, p->title, p->first_id, p->videos,
                                 cards_of(r, &videos, videos.n, marks) };
}

static enum rc list_rows_of(struct req *r, const struct channel *c,
                            const struct watch_mark_list *marks, struct channel_page *page)
{
    struct playlist_entries entries;
    struct playlists lists;

    TRY(playlists_of_channel(r->db, r->arena, c->user_id, 0, &lists));
    TRY(playlist_rows(r->db, r->arena, &lists, &entries));
    page->rows.items = arena_array(r->arena, struct channel_row, PLAYLIST_ROWS_MAX);
    page->rows.n = MIN_OF(lists.n, PLAYLIST_ROWS_MAX);
    for (size_t i = 0; i < page->rows.n; i++)
        page->rows.items[i] = row_of(r, &lists.items[i], &entries, marks);
    return RC_OK;
}

enum rc channel_rows_of(struct req *r, const struct channel *c, struct channel_page *page)
{
    struct watch_mark_list marks;
    struct video_list newest, popular = { NULL, 0 };

    TRY(marks_of(r, &marks));
    TRY(video_of_channel(r->db, r->arena, c->user_id, 0, &newest));
    if (newest.n > ROW_VIDEOS)
        TRY(video_top_of_channel(r->db, r->arena, c->user_id, 0, &popular));
    page->videos = cards_of(r, &newest, ROW_VIDEOS, &marks);
    page->popular = cards_of(r, &popular, ROW_VIDEOS, &marks);
    return list_rows_of(r, c, &marks, page);
}

enum rc channel_videos_of(struct req *r, const struct channel *c, struct channel_page *page)
{
    static const char *const sorts[] = { "new", "popular" };
    size_t sort = query_choice(r, "sort", sorts, COUNT(sorts), 0), number = page_of(r);
    struct watch_mark_list marks;
    struct video_list videos;

    TRY(marks_of(r, &marks));
    TRY((sort ? video_top_of_channel : video_of_channel)(r->db, r->arena, c->user_id, number,
                                                         &videos));
    page->sort = sorts[sort];
    page->videos = cards_of(r, &videos, VIDEO_PAGE, &marks);
    page->pager = pager_of(
        r, arena_printf(r->arena, "%s?%s", path_of(r, c, "videos"), sort ? "sort=popular&" : ""),
        number, videos.n > VIDEO_PAGE);
    return RC_OK;
}

enum rc channel_playlists_of(struct req *r, const struct channel *c, struct channel_page *page)
{
    size_t number = page_of(r);
    struct playlists lists;

    TRY(playlists_of_channel(r->db, r->arena, c->user_id, number, &lists));
    page->lists = playlist_cards_of(r, &lists, PLAYLISTS_PAGE);
    page->pager = pager_of(r, arena_printf(r->arena, "%s?", path_of(r, c, "playlists")), number,
                           lists.n > PLAYLISTS_PAGE);
    return RC_OK;
}
