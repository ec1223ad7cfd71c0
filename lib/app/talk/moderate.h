/*
 * moderate: what a moderator does to a comment at once, without a report: with a reason, in the journal.
 *
 * Errors     RC_INVALID with a text: no reason; RC_NOT_FOUND: it is deleted; RC_BUSY.
 */
#ifndef TALK_MODERATE_H
#define TALK_MODERATE_H
#include "app/site/journal.h"
#include "app/talk/comment.h"

/* Hide it until it is decided, remove it, or undo either. */
enum comment_act { COMMENT_BLOCK, COMMENT_REMOVE, COMMENT_RESTORE };

/* In a transaction of its own; `reason` as typed. */
MUST_USE enum rc comment_moderate(struct db *db, struct arena *a, int64_t id, enum comment_act act,
                                  struct actor by, const char *reason, int64_t now_ms,
                                  struct problem *why);
#endif
