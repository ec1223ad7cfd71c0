/*
 * stream: signed, expiring addresses of a video's files (io/secret.h has the format). Anybody who
 * has one may fetch the files of its scope, so hand one out only after video_get_for() and, for the
 * full video, after checking that the viewer may play.
 */
#ifndef PUBLISH_STREAM_H
#define PUBLISH_STREAM_H
#include "io/db.h"

/* The playlist and the storyboard of the whole video; valid for conf()->media_url_minutes, or until this
 * login ends. */
char *stream_playlist(struct arena *a, const char *public_id, int64_t session_id, int64_t now_ms);
char *stream_storyboard(struct arena *a, const char *public_id, int64_t session_id, int64_t now_ms);

/* One of its files by the name of its rendition (publish/studio.h), for its owner to keep. */
char *stream_file(struct arena *a, const char *public_id, const char *rendition, int64_t session_id,
                  int64_t now_ms);

/* What addresses end before their time (revoke.h), with the lives that they have here. For
 * jobs/watch_flush. */
MUST_USE enum rc stream_carry(struct db *db, struct arena *a, int64_t now_ms);

/* When an address made now expires, in UTC ms, or a little later. */
int64_t stream_expires_ms(int64_t now_ms);

/* The preview, a small separate MP4. */
char *stream_preview(struct arena *a, const char *public_id, int64_t now_ms);

/* Pictures keep their address for at least a week, so that browsers cache them; `version` changes
 * with the picture. "" for version 0: there is no picture yet. */
char *stream_poster(struct arena *a, const char *public_id, int64_t version, int64_t now_ms);
char *stream_card(struct arena *a, const char *public_id, int64_t version, int64_t now_ms);
#endif
