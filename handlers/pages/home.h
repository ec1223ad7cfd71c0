/*
 * home: the rows of the home page as people see them, and why each video is there.
 */
#ifndef PAGES_HOME_H
#define PAGES_HOME_H
#include "app/discovery/home.h"
#include "pages/frame.h"
#include "views/models/home.h"

/* Fills in all rows, the question which categories the member likes, and what was just done. */
MUST_USE enum rc home_page_fill(struct req *r, const struct home *home, struct home_page *page);
#endif
