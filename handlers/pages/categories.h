/* categories: the pages on which operators change categories. */
#ifndef PAGES_CATEGORIES_H
#define PAGES_CATEGORIES_H
#include "pages/frame.h"
#include "views/models/categories.h"

MUST_USE enum rc categories_page_of(struct req *r, struct categories_page *page);

/* RC_NOT_FOUND: no category has this slug, or it was merged. */
MUST_USE enum rc category_page_of(struct req *r, const char *slug, struct category_page *page);
#endif
