/*
 * write: writing, changing and liking comments. Who may is thread.h's talk_bar_of(), which the caller
 * asks first.
 *
 * Limits     COMMENT_MAX_CHARS and COMMENT_MAX_LINES; conf()->comments_per_hour, and for accounts
 *            younger than COMMENT_NEW_DAYS conf()->comments_per_hour_new; a text that the member wrote
 *            within COMMENT_REPEAT_HOURS is refused, a short one only under the same video.
 * Editing    within COMMENT_EDIT_MINUTES.
 * Told       the creator of a new comment, the author of what it answers of the answer, each once an hour
 *            and video; an answer that waits, when it is shown. Nobody is told of their own.
 * Errors     RC_INVALID and RC_LIMITED with a text for the form; RC_NOT_FOUND: what it answers is not
 *            shown (any more); RC_CONFLICT with a text: closed, or too late to edit; RC_DENIED.
 * Tables     as in comment.h; throttle, notice and mail through their modules.
 */
#ifndef TALK_WRITE_H
#define TALK_WRITE_H
#include "app/catalogue/video.h"
#include "app/talk/comment.h"

enum {
    COMMENT_MAX_CHARS = 2000,
    COMMENT_MAX_LINES = 40,
    COMMENT_EDIT_MINUTES = 15,
    COMMENT_NEW_DAYS = 3,
    COMMENT_REPEAT_HOURS = 24,
    COMMENT_REPEAT_SHORT_CHARS = 20,
    COMMENT_REPEAT_SEEN = 50, /* the member's latest comments that are compared */
};

struct comment_new {
    const struct video *video;
    int64_t user_id;
    const char *user_name;
    int64_t parent_id; /* what it answers, which may be an answer itself; 0: nothing */
    const char *text;  /* as typed */
};

/* *id and *state: of the new comment; shown or held. *thread: the comment below which it stands, or its
 * own id. */
struct comment_written {
    int64_t id, thread;
    enum comment_state state;
};
MUST_USE enum rc comment_write(struct db *db, struct arena *a, const struct comment_new *typed,
                               int64_t now_ms, struct comment_written *out, struct problem *why);

/* Its author changes the text. *state: as it is afterwards; a link may have made it wait. */
bool comment_may_edit(const struct comment *c, int64_t user_id, int64_t now_ms);
MUST_USE enum rc comment_edit(struct db *db, struct arena *a, const struct comment *c,
                              int64_t user_id, const char *text, int64_t now_ms,
                              enum comment_state *state, struct problem *why);

/* Like a comment of somebody else, or no longer; *likes: how many do now. Repeating it is RC_OK. */
MUST_USE enum rc comment_like(struct db *db, struct arena *a, const struct comment *c,
                              int64_t user_id, bool on, int64_t *likes);

/* The owner shows or conceals up to COMMENTS_PAGE of them at once, in one transaction; those that are not
 * the owner's, are deleted or moderated are left as they are. *n: how many changed. */
MUST_USE enum rc comment_decide(struct db *db, struct arena *a, int64_t owner_id,
                                const int64_t *ids, size_t count, bool show, int64_t now_ms,
                                size_t *n);
#endif
