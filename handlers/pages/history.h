/*
 * history: what a member watched, by day.
 */
#ifndef PAGES_HISTORY_H
#define PAGES_HISTORY_H
#include "pages/frame.h"
#include "views/models/history.h"

/* The page that the query's `words` and `page` ask for. */
MUST_USE enum rc history_page_of(struct req *r, struct history_page *page);

/* The address of the list with these words (may be ""), to which more fields of the query can be
 * added. */
const char *history_url(const struct req *r, const char *words);
#endif
