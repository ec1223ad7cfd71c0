/*
 * taste: what a member's recommendations are based on, and what the member can change about it.
 */
#ifndef PAGES_TASTE_H
#define PAGES_TASTE_H
#include "app/discovery/taste.h"
#include "pages/frame.h"
#include "views/models/taste.h"

/* Fills the page with what is stored. */
MUST_USE enum rc taste_page_fill(struct req *r, struct taste_page *page);

/* The ids of the form's fields `category` (slugs), each once. RC_INVALID with a text when there are
 * more than may be chosen, or when a slug is not that of a category. */
MUST_USE enum rc taste_form(struct req *r, struct taste_ids *out);

/* What was just done, as one sentence; "" for an unknown word. */
const char *taste_notice(const char *done);
#endif
