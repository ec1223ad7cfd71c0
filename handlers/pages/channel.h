/*
 * channel: what the pages of a channel show.
 */
#ifndef PAGES_CHANNEL_H
#define PAGES_CHANNEL_H
#include "app/people/channel.h"
#include "pages/frame.h"
#include "views/models/channel.h"

/* What all of them have in common; `part` is videos, playlists or "" for the first page. */
struct channel_page channel_page_of(struct req *r, const struct channel *c, const char *part);

/* Fills the rows of the channel's first page. */
MUST_USE enum rc channel_rows_of(struct req *r, const struct channel *c, struct channel_page *page);
MUST_USE enum rc channel_videos_of(struct req *r, const struct channel *c,
                                   struct channel_page *page);
MUST_USE enum rc channel_playlists_of(struct req *r, const struct channel *c,
                                      struct channel_page *page);
#endif
