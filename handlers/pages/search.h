/*
 * search: from the query string of a search to what is asked, and back to addresses.
 */
#ifndef PAGES_SEARCH_H
#define PAGES_SEARCH_H
#include "app/catalogue/search.h"
#include "pages/frame.h"
#include "views/models/search.h"

/* What is asked, and the parts of the page that say so: query, filters and addresses. Values that there
 * are not count as none. */
MUST_USE enum rc search_asked(struct req *r, struct search *s, struct search_page *page);

/* What was found, without videos. */
void search_found(struct req *r, const struct found *found, struct search_page *page);
#endif
