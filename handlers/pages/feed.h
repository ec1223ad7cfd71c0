/*
 * feed: turns the newest videos into the model of their feed, and writes robots.txt.
 */
#ifndef PAGES_FEED_H
#define PAGES_FEED_H
#include "app/people/channel.h"
#include "pages/frame.h"
#include "views/models/feed.h"

/* The feed of one channel, or of all when c is NULL. */
struct feed_page feed_page_of(struct req *r, const struct channel *c,
                              const struct feed_list *videos);

/* robots.txt (RFC 9309): which pages are not worth a visit, and where the site map is. */
void write_robots(struct sb *o);
#endif
