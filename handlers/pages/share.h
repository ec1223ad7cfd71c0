/*
 * share: what other sites are told about a video: how a link to it looks (Open Graph), what search
 * engines know of it (JSON-LD), and a frame to put it into a page.
 *
 * A public video may be found, an unlisted one only looks well where somebody links to it; of any
 * other nothing is said. Whatever is kept elsewhere has an address that lasts: signed addresses are
 * only in pages of our own.
 */
#ifndef PAGES_SHARE_H
#define PAGES_SHARE_H
#include "pages/frame.h"
#include "app/catalogue/video.h"
#include "views/models/embed.h"
#include "views/models/oembed.h"

/* Fill in what the frame of its watch page says about a video. */
void share_video(struct req *r, const struct video *v, struct frame *frame);

/* The page in the frame on another site. NULL: there is none such. */
struct embed_page embed_page_of(struct req *r, const struct video *v);

/* That frame, in the shape of the video, as large as fits into the box. */
struct oembed_page oembed_page_of(struct req *r, const struct video *v, int64_t max_width,
                                  int64_t max_height);

/* Seconds that others may keep these pages. */
enum { EMBED_KEEP_S = 300, OEMBED_KEEP_S = 3600 };
#endif
