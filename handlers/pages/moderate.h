/*
 * moderate: fills the pages that moderators see of one video, and of one member.
 */
#ifndef PAGES_MODERATE_H
#define PAGES_MODERATE_H
#include "pages/frame.h"
#include "views/models/moderate.h"

/* RC_NOT_FOUND: there is none, or it was deleted. */
MUST_USE enum rc moderate_video_of(struct req *r, const char *public_id,
                                   struct moderate_video_page *page);
MUST_USE enum rc moderate_member_of(struct req *r, const char *handle,
                                    struct moderate_member_page *page);
#endif
