/*
 * video_fields: what an uploader writes about a video. The fields are the same everywhere: in the
 * forms of upload and studio (views/video_fields.html) and in the metadata of tus.
 *
 *   title  description  category (its slug)  tags  visibility  allow_preview  poster (a picture)
 */
#ifndef PAGES_VIDEO_FIELDS_H
#define PAGES_VIDEO_FIELDS_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/video_fields.h"

enum { VIDEO_FIELDS_MAX_BYTES = 128 * 1024 }; /* percent-encoded, the longest text has 80 KB */

/* What the request says, unchecked (video_text_check). A field that was not sent stays as in `stored`;
 * only allow_preview is then off, because browsers do not send a box that is not ticked. category_id
 * is 0 for an unknown category; without a stored one, an absent category is "other". */
MUST_USE enum rc video_text_sent(struct req *r, const struct video_text *stored,
                                 struct video_text *out);

/* The file `poster`: its path, "" when none was sent, or why it was refused. */
MUST_USE enum rc poster_of(struct req *r, const char **path);

/* Fills the fields of the view with a text and with the problem in r->why. */
MUST_USE enum rc video_fields_of(struct req *r, const struct video_text *text,
                                 struct video_fields *out);
#endif
