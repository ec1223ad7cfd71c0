/*
 * search: turns the query string of a search into what is searched for, and that into addresses.
 */
#ifndef PAGES_SEARCH_H
#define PAGES_SEARCH_H
#include "app/catalogue/search.h"
#include "pages/frame.h"
#include "views/models/search.h"

/* Reads what is searched for, and fills the parts of the page that say so: query, filters and
 * addresses. Values that do not exist count as absent. */
MUST_USE enum rc search_asked(struct req *r, struct search *s, struct search_page *page);

/* Fills in what was found, except the videos. */
void search_found(struct req *r, const struct found *found, struct search_page *page);
#endif
