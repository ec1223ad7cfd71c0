/*
 * feed: from the newest videos to the model of their feed, and the text that needs none.
 */
#ifndef PAGES_FEED_H
#define PAGES_FEED_H
#include "app/people/channel.h"
#include "pages/frame.h"
#include "views/models/feed.h"

/* Of one channel, or of all: NULL. */
struct feed_page feed_page_of(struct req *r, const struct channel *c,
                              const struct feed_list *videos);

/* robots.txt (RFC 9309): what is not worth a visit, and where the map of the site is. */
void write_robots(struct sb *o);
#endif
