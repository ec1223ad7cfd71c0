/*
 * playlist_sql: what the statements on playlists share.
 */
#ifndef CATALOGUE_PLAYLIST_SQL_H
#define CATALOGUE_PLAYLIST_SQL_H
#include "app/catalogue/playlist.h"

/* Video v of uploader u, in list p, is there to watch for whoever asks: two arguments. The owner sees
 * what is unlisted, and what is private of their own; others what is unlisted of the owner. */
#define ENTRY_SHOWN                                                                                \
    "(v.state = 'ready' AND u.blocked = 0 AND CASE v.visibility WHEN 'public' THEN TRUE"           \
    " WHEN 'unlisted' THEN p.user_id IN (?, v.user_id)"                                            \
    " ELSE p.user_id = ? AND p.user_id = v.user_id END)"
#define ENTRY_JOINS " JOIN video v ON v.id = e.video_id JOIN user u ON u.id = v.user_id"
#endif
