/*
 * studio: the pages of the studio, put together from what the modules know.
 */
#ifndef PAGES_STUDIO_H
#define PAGES_STUDIO_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/studio.h"
#include "views/models/studio_video.h"

/* The page of the viewer's own videos that the query asks for. */
MUST_USE enum rc studio_page_of(struct req *r, struct studio_page *page);

/* The page of one video; `text` fills the form, with the problem in r->why. */
MUST_USE enum rc studio_video_of(struct req *r, const struct video *v,
                                 const struct video_text *text, struct studio_video_page *page);
#endif
