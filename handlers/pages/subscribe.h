/*
 * subscribe: the viewer's own subscription: its state, what may be done, what was paid.
 */
#ifndef PAGES_SUBSCRIBE_H
#define PAGES_SUBSCRIBE_H
#include "pages/frame.h"
#include "views/models/subscribe.h"

/* The offer and how the viewer's subscription stands, without payments. */
MUST_USE enum rc subscribe_standing_of(struct req *r, struct subscribe_page *page);

/* All of it. Viewers who are not signed in get only the offer. */
MUST_USE enum rc subscribe_page_of(struct req *r, struct subscribe_page *page);
#endif
