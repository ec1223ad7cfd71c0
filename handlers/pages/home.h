/*
 * home_page: the rows of the home page as people read them, and why each video is there.
 */
#ifndef VIEWS_HOME_PAGE_H
#define VIEWS_HOME_PAGE_H
#include "app/discovery/home.h"
#include "pages/frame.h"

/* All rows, the question which categories they like, and what was just done. */
MUST_USE enum rc home_page_fill(struct req *r, const struct front *front, struct home_page *page);

/* Count what was recommended as shown. */
void home_page_count(struct req *r, const struct front *front);
#endif
