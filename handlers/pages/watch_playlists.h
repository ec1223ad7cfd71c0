/*
 * watch_playlists: the playlists on the watch page: below the player, the menu that saves the video
 * in the viewer's own playlists (save_menu); next to it, the queue of the playlist that is being
 * played.
 */
#ifndef PAGES_WATCH_PLAYLISTS_H
#define PAGES_WATCH_PLAYLISTS_H
#include "app/catalogue/playlist.h"
#include "pages/cards.h"
#include "views/models/watch.h"

/* Fill the parts `save_menu` and `queue` of a video's page: what views/save_menu.html offers to the
 * viewer, and the entries around the video in the playlist that the query's `list` names. The queue
 * has no rows when there is no such playlist, when it does not hold the video, or when the viewer
 * may not see it. */
MUST_USE enum rc watch_playlists_fill(struct req *r, const struct video *v,
                                      struct watch_page *page);
#endif
