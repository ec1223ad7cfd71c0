/*
 * revoke: addresses of media that have been given out end before their time: those of a video that is
 * hidden, limited, removed, deleted or made private, or whose owner is banned or leaves; those that a login
 * was given, when it ends or when its member is banned, suspended or given back the paid time; and
 * those of a video of which one is passed around. lighttpd/gate.lua refuses them with 410; players then
 * ask for new ones, and go on if they may.
 *
 * Written    triggers of video, session, user and subscription (schema/0065_media_void.sql) note it in
 *            the transaction of the change, so nobody who makes one has to think of it.
 * Carried    jobs/watch_flush runs on each machine, each second: revoke_carry() dates what is new and
 *            writes this machine's file. No program is in the way of a media file.
 * File       var_dir/revoked: a line "generation N", then a line each: {what} {until} {pictures} {made}
 *            {video}. A path of `what` that expires at `until` or before, in seconds since 1970, is
 *            refused; pictures at `pictures`. `what` is the public id of a video, @ and the id of a
 *            login, or * for all. made: since when, in ms; video: its id, or 0.
 * New        addresses of the same video expire later than void ones, see revoke_expiry_s().
 * Full       beyond REVOKED_MAX lines all addresses end at once (*), and the lines begin anew: players
 *            ask for new ones, which only those get who may. Lines go once their time has passed.
 * Tables     media_void.
 */
#ifndef PUBLISH_REVOKE_H
#define PUBLISH_REVOKE_H
#include "io/db.h"

enum {
    REVOKED_MAX = DB_ROWS_MAX - 1,
    REVOKED_FILE_MAX_BYTES = REVOKED_MAX * 80,
    REVOKE_SLACK_S =
        60, /* an address made by somebody who has not seen the change yet is void, too */
    /* So often the addresses of one video can be voided within MEDIA_EXPIRY_STEP_S; each time, later ones
     * expire a second later. Those of a login are void whatever their video. */
    REVOKE_TIMES = 60,
};

/* When an address of this video made now for this login (0: for anybody) expires, in seconds since 1970:
 * usual_s rounded up to MEDIA_EXPIRY_STEP_S, but after those that are void. */
int64_t revoke_expiry_s(const char *public_id, int64_t session_id, bool picture, int64_t usual_s);

/* Was something about this video or this login (0: none) revoked at since_ms or later, as far as this
 * machine knows? */
bool revoke_since(int64_t video_id, int64_t session_id, int64_t since_ms);

/* Void all addresses of this video, or of this login, that were made until now. In the caller's
 * transaction or outside. */
MUST_USE enum rc revoke_video(struct db *db, const char *public_id, int64_t video_id);
MUST_USE enum rc revoke_session(struct db *db, int64_t session_id);

/* Date what is new, and write this machine's file if it is out of date. life_s, pictures_life_s: how long
 * addresses live. */
MUST_USE enum rc revoke_carry(struct db *db, struct arena *a, int64_t life_s,
                              int64_t pictures_life_s, int64_t now_ms);

/* Delete what has expired; for jobs/sweep. */
MUST_USE enum rc revoke_sweep(struct db *db, int64_t now_ms);
#endif
