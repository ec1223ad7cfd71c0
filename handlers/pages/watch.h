/*
 * watch: what the watch page shows about a video.
 */
#ifndef PAGES_WATCH_H
#define PAGES_WATCH_H
#include "app/people/channel.h"
#include "pages/frame.h"
#include "views/models/watch.h"

/* The page of this video for the viewer; the handler adds ratings, player and related videos. */
struct watch_page watch_page_of(struct req *r, const struct video *v, const struct channel *c);
#endif
