/*
 * talk: the comments of a video as a viewer sees them.
 */
#ifndef PAGES_TALK_H
#define PAGES_TALK_H
#include "pages/frame.h"
#include "views/models/talk.h"

/* The part of the query ?sort=liked, &after= and &likes= (of the last one of the page before), or ?thread=
 * (one comment with the answers to it, those after &after=); &at= marks one. */
MUST_USE enum rc talk_section_of(struct req *r, const struct video *v, struct talk_section *out);

/* The page of its own; the frame says what ?done= did. */
MUST_USE enum rc comments_page_of(struct req *r, const struct video *v, struct comments_page *page);

/* Whether the viewer may write; RC_OK, or the refusal with its text. `closed`: of the video. */
MUST_USE enum rc talk_admit(struct req *r, const struct video *v, bool closed);
#endif
