/* legal: the pages on which a site says who runs it and what its rules are. */
#ifndef PAGES_LEGAL_H
#define PAGES_LEGAL_H
#include "pages/frame.h"
#include "views/models/legal.h"

enum {
    SECURITY_TXT_DAYS = 180
}; /* how long security.txt counts as fresh; RFC 9116 asks for less than a year */

MUST_USE enum rc legal_page_of(struct req *r, const char *name, const char *title,
                               struct legal_page *page);

/* The text of /.well-known/security.txt (RFC 9116); "" without an address to write to. */
const char *legal_security_txt(struct req *r);
#endif
