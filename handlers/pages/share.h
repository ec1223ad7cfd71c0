/*
 * share: what other sites are told about a video: how a link to it looks (Open Graph), what search
 * engines know about it (JSON-LD), and a frame for other pages.
 *
 * A public video may be found; an unlisted one only looks well where somebody links to it; about
 * other videos nothing is told. Addresses that others may store are ones that last: signed
 * addresses appear only in our own pages.
 */
#ifndef PAGES_SHARE_H
#define PAGES_SHARE_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/embed.h"
#include "views/models/oembed.h"

/* Fills in what the frame of its watch page says about a video. */
void share_video(struct req *r, const struct video *v, struct frame *frame);

/* The page in the frame on another site. v is NULL when there is no such video. */
struct embed_page embed_page_of(struct req *r, const struct video *v);

/* The HTML of that frame, in the shape of the video, as large as fits into the box. */
struct oembed_page oembed_page_of(struct req *r, const struct video *v, int64_t max_width,
                                  int64_t max_height);

/* How many seconds others may cache these pages. */
enum { EMBED_KEEP_S = 300, OEMBED_KEEP_S = 3600 };
#endif
