/*
 * cards: videos as cards, the category links, and the links between the pages of a list.
 */
#ifndef PAGES_CARDS_H
#define PAGES_CARDS_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/card.h"
#include "views/models/category_menu.h"
#include "views/models/pager.h"

/* How far a member got with a video, 0 to 100; `marks` may be NULL. */
struct watch_mark_list;
int64_t seen_percent(const struct video_item *v, const struct watch_mark_list *marks);

/* One video, or at most `max`, as cards. `marks` says how far the member got; NULL: with no
 * member. */
struct card card_of(struct req *r, const struct video_item *v, const struct watch_mark_list *marks);
struct card_list cards_of(struct req *r, const struct video_list *videos, size_t max,
                          const struct watch_mark_list *marks);

/* Links to the categories, group by group. `current`: a slug; "": the page of all videos; NULL:
 * another page. */
MUST_USE enum rc category_menu(struct req *r, const char *current, struct category_menu *out);

/* Links of a list page: `more` when there is a next one; `page` from 0. `base` is the path with the
 * beginning of a query, to which `page=N` is appended: "/browse?sort=new&" or "/search?q=cats&". */
struct pager pager_of(struct req *r, const char *base, size_t page, bool more);

/* The number of a list page, from 0, taken from the query's `page` (from 1). */
size_t page_of(const struct req *r);
#endif
