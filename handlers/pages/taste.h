/*
 * taste: what a member's recommendations are made of, and what they can say about it.
 */
#ifndef PAGES_TASTE_H
#define PAGES_TASTE_H
#include "app/discovery/taste.h"
#include "pages/frame.h"
#include "views/models/category_options.h"
#include "views/models/taste.h"

/* The page as it is now. */
MUST_USE enum rc taste_page_fill(struct req *r, struct taste_page *page);

/* All categories, with a mark on the chosen ones. */
MUST_USE enum rc taste_choices(struct req *r, const struct taste_ids *chosen,
                               struct category_options *out);

/* The ids of the fields `category` of a form (slugs), once each. RC_INVALID with a text when
 * there are more than may be chosen, or one is none. */
MUST_USE enum rc taste_form(struct req *r, struct taste_ids *out);

/* What was just done, as one sentence; "" for another word. */
const char *taste_notice(const char *done);
#endif
