/*
 * subscribe: one's own subscription: how it stands, what may be done, what was paid.
 */
#ifndef PAGES_SUBSCRIBE_H
#define PAGES_SUBSCRIBE_H
#include "pages/frame.h"
#include "views/models/subscribe.h"

/* The offer alone for whoever is not signed in. */
MUST_USE enum rc subscribe_page_of(struct req *r, struct subscribe_page *page);
#endif
