/*
 * picture: a member's turn to have a picture made small. Decoding is expensive and a member waits
 * for it, in a process that others want, too; so one picture is made at a time on each machine, and
 * a member has conf()->pictures_per_hour.
 */
#ifndef SITE_PICTURE_H
#define SITE_PICTURE_H
#include "io/db.h"

/* RC_OK: make it, then lock_drop(*turn). RC_BUSY: another picture is being made, nothing was
 * counted; RC_LIMITED: this member has had too many. Both with a text. */
MUST_USE enum rc picture_turn(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                              int *turn, struct problem *why);

/* Would picture_turn() give a turn now? For looking before a picture is read: counts nothing. */
MUST_USE enum rc picture_look(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                              struct problem *why);
#endif
