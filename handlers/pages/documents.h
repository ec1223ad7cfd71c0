/*
 * documents: fills the list of documents from what an operator typed.
 */
#ifndef PAGES_DOCUMENTS_H
#define PAGES_DOCUMENTS_H
#include "pages/frame.h"
#include "views/models/documents.h"

/* RC_INVALID, with r->why: what was typed is no number, date, member or amount; the page then holds
 * what was typed and no rows. */
MUST_USE enum rc documents_page_of(struct req *r, struct documents_page *page);

/* The days of the query's from and to, both included; without them, all. RC_INVALID with r->why. */
MUST_USE enum rc query_period(struct req *r, int64_t *from_ms, int64_t *to_ms);
#endif
