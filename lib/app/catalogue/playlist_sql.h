/*
 * playlist_sql: text that the statements on playlists share.
 */
#ifndef CATALOGUE_PLAYLIST_SQL_H
#define CATALOGUE_PLAYLIST_SQL_H
#include "app/catalogue/playlist.h"

/* May the viewer watch video v of uploader u, in list p? Both arguments are the viewer's id. The
 * list's owner sees any unlisted video, and their own private ones; others see the owner's unlisted
 * ones. */
#define ENTRY_SHOWN                                                                                \
    "(v.state = 'ready' AND u.hidden = 0 AND CASE v.visibility WHEN 'public' THEN TRUE"            \
    " WHEN 'unlisted' THEN p.user_id IN (?, v.user_id)"                                            \
    " ELSE p.user_id = ? AND p.user_id = v.user_id END)"
#define ENTRY_JOINS " JOIN video v ON v.id = e.video_id JOIN user u ON u.id = v.user_id"
#endif
