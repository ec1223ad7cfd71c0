/*
 * member: the operators' page about one member's money.
 */
#ifndef PAGES_MEMBER_H
#define PAGES_MEMBER_H
#include "pages/frame.h"
#include "views/models/member.h"

/* RC_NOT_FOUND: nobody has that handle. */
MUST_USE enum rc member_page_of(struct req *r, const char *handle, struct member_page *page);
#endif
