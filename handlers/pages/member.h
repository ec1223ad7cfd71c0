/*
 * member: fills the operators' pages about one member.
 */
#ifndef PAGES_MEMBER_H
#define PAGES_MEMBER_H
#include "pages/frame.h"
#include "views/models/member.h"

/* RC_NOT_FOUND: nobody has that handle. */
MUST_USE enum rc member_page_of(struct req *r, const char *handle, struct member_page *page);
MUST_USE enum rc member_payments_of(struct req *r, const char *handle,
                                    struct member_payments_page *page);
MUST_USE enum rc member_earnings_of(struct req *r, const char *handle,
                                    struct member_earnings_page *page);
#endif
