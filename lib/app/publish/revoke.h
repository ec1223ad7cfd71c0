/*
 * revoke: cutting off the addresses of a video that have been given out, e.g. because one of them
 * is passed around. lighttpd/gate.lua refuses them within a second, with 410; players then ask for
 * new ones and go on.
 *
 * File      var_dir/revoked, a line each: {video} {until}. A path of the video (its preview, too,
 *           but not its pictures) that expires at `until` or before, in seconds since 1970, is
 *           refused. New ones expire later (stream.h). Lines are dropped once their time has passed.
 */
#ifndef PUBLISH_REVOKE_H
#define PUBLISH_REVOKE_H
#include "base/arena.h"

enum { REVOKED_MAX = 1000, REVOKED_FILE_MAX_BYTES = 64 * 1024 };

/* When an address of this video made now expires, in seconds since 1970, for a life of life_s: as
 * everywhere rounded up to MEDIA_EXPIRY_STEP_S, and after those that have been revoked. */
int64_t revoke_expiry_s(struct arena *a, const char *public_id, int64_t life_s, int64_t now_ms);

/* Revoke all addresses of this video that were made until now. RC_BUSY: another process is doing
 * so; RC_LIMITED: REVOKED_MAX videos are. */
MUST_USE enum rc revoke_media(struct arena *a, const char *public_id, int64_t life_s,
                              int64_t now_ms);
#endif
