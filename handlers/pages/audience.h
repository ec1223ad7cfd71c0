/*
 * audience: how a video is watched, as the studio shows it.
 */
#ifndef PAGES_AUDIENCE_H
#define PAGES_AUDIENCE_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/audience.h"

enum { AUDIENCE_PARTS_MAX = 60 }; /* of a video, each at least AUDIENCE_CELL_MS long */

MUST_USE enum rc audience_view_of(struct req *r, const struct video *v, struct audience_view *out);
#endif
