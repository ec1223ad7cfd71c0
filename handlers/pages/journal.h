/*
 * journal: fills the page of what moderators and operators did.
 */
#ifndef PAGES_JOURNAL_H
#define PAGES_JOURNAL_H
#include "views/models/journal.h"
#include "web/serve.h"

/* RC_INVALID: a handle of the filter is nobody's; the page is filled without rows. */
MUST_USE enum rc journal_page_of(struct req *r, struct journal_page *page);

struct journal_rows journal_rows_of(struct req *r, const struct journal_list *list);
#endif
