/*
 * transparency: the yearly figures of moderation.
 */
#ifndef PAGES_TRANSPARENCY_H
#define PAGES_TRANSPARENCY_H
#include "pages/frame.h"
#include "views/models/transparency.h"

/* The year that the query asks for, else this one. */
int64_t transparency_asked(struct req *r);

MUST_USE enum rc transparency_page_of(struct req *r, struct transparency_page *page);
#endif
