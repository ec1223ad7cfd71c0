/*
 * videos: the list in which moderators look for a video.
 */
#ifndef PAGES_VIDEOS_H
#define PAGES_VIDEOS_H
#include "pages/frame.h"
#include "views/models/videos.h"

/* RC_INVALID: nobody has the handle; the page shows it. */
MUST_USE enum rc videos_page_of(struct req *r, struct videos_page *page);

/* The ID of the video that was typed, also as an address or its end; NULL: there is none. */
MUST_USE enum rc videos_named(struct req *r, const char **public_id);
#endif
