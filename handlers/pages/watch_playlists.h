/*
 * watch_playlists: the playlists on the watch page: under the player, the menu that saves the video in
 * one's own (save_menu); beside it, the queue of the playlist that is being played.
 */
#ifndef PAGES_WATCH_PLAYLISTS_H
#define PAGES_WATCH_PLAYLISTS_H
#include "app/catalogue/playlist.h"
#include "pages/cards.h"

/* Fill the parts `keep` and `beside` of the page of a video: what views/keep.html offers to whoever asks,
 * and the list that the query's `list` names around the video. That has no rows when there is none, when
 * it does not hold the video, or when it is not for whoever asks. */
MUST_USE enum rc watch_playlists_fill(struct req *r, const struct video *v,
                                      struct watch_page *page);

/* What its form says: the video goes into each list of a field `list`, and out of those of `had` that
 * are not among them. Others stay as they are: they may have come while the page was open. */
MUST_USE enum rc save_menu_take(struct req *r);

/* The video of the field `video` into one's own list, or out of it. */
MUST_USE enum rc save_menu_put(struct req *r, const char *list, bool in);
#endif
