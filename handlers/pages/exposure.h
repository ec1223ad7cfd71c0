/*
 * exposure: how often a video was recommended, for the studio.
 */
#ifndef PAGES_EXPOSURE_H
#define PAGES_EXPOSURE_H
#include "pages/frame.h"
#include "app/publish/studio.h"
#include "views/models/exposure.h"
#include "views/models/studio_row.h"

MUST_USE enum rc exposure_view_of(struct req *r, const struct video *v, struct exposure_view *out);

/* Fills in `shown` and `opened` of these rows of the studio; `videos` are the same, in the same
 * order. */
MUST_USE enum rc exposure_fill(struct req *r, const struct studio_list *videos,
                               struct studio_rows *rows);
#endif
