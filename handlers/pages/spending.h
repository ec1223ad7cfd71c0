/*
 * spending: where a member's money went, month by month, as lines and a picture.
 */
#ifndef PAGES_SPENDING_H
#define PAGES_SPENDING_H
#include "pages/frame.h"
#include "views/models/spending.h"

/* The viewer's months on the list page that the query's `page` asks for. */
MUST_USE enum rc spending_page_of(struct req *r, struct spending_page *page);
#endif
