/*
 * studio_comments: the comments on all videos of the viewer.
 */
#ifndef PAGES_STUDIO_COMMENTS_H
#define PAGES_STUDIO_COMMENTS_H
#include "pages/frame.h"
#include "views/models/studio_comments.h"

/* Of the query: ?state=held|shown|hidden, &before=ID. */
MUST_USE enum rc studio_comments_of(struct req *r, struct studio_comments_page *page);
#endif
