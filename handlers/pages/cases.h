/*
 * cases: the queue of what was reported, and one case of it.
 */
#ifndef PAGES_CASES_H
#define PAGES_CASES_H
#include "pages/frame.h"
#include "views/models/cases.h"

/* The list that the query asks for. */
MUST_USE enum rc cases_page_of(struct req *r, struct cases_page *page);

/* A case; `form` is that of its forms that was refused with r->why, or "". */
MUST_USE enum rc case_page_of(struct req *r, int64_t id, const char *form, struct case_page *page);
#endif
