/*
 * factor: the pages about the second step of a log-in.
 */
#ifndef PAGES_FACTOR_H
#define PAGES_FACTOR_H
#include "app/people/factor.h"
#include "pages/frame.h"
#include "views/models/factor.h"
#include "views/models/factor_app.h"
#include "views/models/factor_codes.h"

struct factor_change factor_change_of(struct req *r);

MUST_USE enum rc factor_page_of(struct req *r, struct factor_page *page);

/* RC_INVALID, RC_GONE: it is no offer of ours for this viewer, or has expired. */
MUST_USE enum rc factor_app_page_of(struct req *r, const char *offer, struct factor_app_page *page);

void factor_codes_page_of(struct req *r, const struct recovery_codes *codes, const char *done,
                          struct factor_codes_page *page);
#endif
