/*
 * frame: from a request and what the modules returned to what the views show.
 */
#ifndef VIEWS_FRAME_H
#define VIEWS_FRAME_H
#include "views/pages.h"
#include "web/serve.h"

/* What stands around a page. `title` "" is the home page; `section` as in struct frame. */
struct frame frame_of(struct req *r, const char *title, const char *section);

/* The page for a refusal; what every handler passes to serve(). */
void error_view(struct req *r, enum rc rc, int status, const char *text);

/* How far a member got with a video, 0 to 100; `marks` may be NULL. */
struct watch_mark_list;
int64_t seen_percent(const struct video_item *v, const struct watch_mark_list *marks);

/* At most `max` videos as cards. `marks` says how far the member got; NULL: nobody. */
struct card_list cards_of(struct req *r, const struct video_list *videos, size_t max,
                          const struct watch_mark_list *marks);

/* Links to all videos and to each category. `current`, a slug, comes to the front; "" means all videos,
 * NULL none of them. */
MUST_USE enum rc chips_of(struct req *r, const char *current, struct chip_list *out);

/* Links of a list page: `more` when there is a next one; `page` from 0. `base` is the path with a
 * query that `page=N` is appended to: "/browse?sort=new&" or "/search?q=cats&". */
struct pager pager_of(struct req *r, const char *base, size_t page, bool more);

/* The number of a list page, from 0, as the query's `page` (from 1) says. */
size_t page_of(const struct req *r);

struct payment_rows payment_rows_of(struct req *r, const struct payment_list *payments);

/* The address of a picture of a member; "" for an empty key. */
const char *avatar_url(struct req *r, const char *key);

/* An absolute address of a path of ours. */
const char *absolute(struct req *r, const char *path);
#endif
