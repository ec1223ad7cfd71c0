/*
 * subject: what can be reported and decided about: a video, a comment, a channel (which stands for the
 * account behind it).
 *
 * Errors     RC_NOT_FOUND: there is none, or the viewer may not see it.
 * Tables     none: asks video.h, comment.h, account.h.
 */
#ifndef MODERATION_SUBJECT_H
#define MODERATION_SUBJECT_H
#include "io/db.h"

enum subject_kind { SUBJECT_VIDEO, SUBJECT_COMMENT, SUBJECT_CHANNEL };
WORDS_OF(subject_kind);
enum { SUBJECT_TEXT_MAX_CHARS = 6000, SUBJECT_TITLE_MAX_CHARS = 120 };

struct subject {
    enum subject_kind kind;
    int64_t id, owner_id, length_ms; /* length_ms: of a video */
    const char *name;                /* as in addresses: public id, number or handle */
    const char *title, *text;        /* text: what its owner wrote, title and all */
    const char *path;                /* of the page that shows it */
};

/* For somebody who reports it: whoever may see it. */
MUST_USE enum rc subject_find(struct db *db, struct arena *a, enum subject_kind kind,
                              const char *name, int64_t viewer_id, bool moderator,
                              struct subject *out);

/* "the video", "the comment", "the channel". */
const char *subject_called(enum subject_kind kind);
#endif
