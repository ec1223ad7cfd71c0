/*
 * comment: one comment on a video, or an answer to one: what it says and whether it is shown.
 *
 * States     shown; held: its words or links let it wait for the creator; hidden: by the creator. From
 *            each to each of these (comment_show, comment_conceal). By moderation blocked (until a
 *            report is decided) or removed; it then keeps the state that it has again once it is
 *            restored. deleted: by its author, for good; its text is gone.
 * Shown      to everybody who may see the page of the video: those in state shown whose parent is, too.
 *            Others: to nobody on the pages; the creator has held and hidden ones in the studio.
 * Answers    are one level deep: an answer to an answer stands below the same comment.
 * Counts     of answers (comment.replies) and of all that is shown on a video (comment_video.shown)
 *            change in the transaction that changes a comment.
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND: there is none, or it is deleted; RC_CONFLICT: its state does not allow it;
 *            RC_BUSY, RC_FAIL as in io/db.h.
 * Tables     comment, comment_like, comment_video, comment_rule. Reads user, video.
 */
#ifndef TALK_COMMENT_H
#define TALK_COMMENT_H
#include "io/db.h"

enum comment_state {
    COMMENT_SHOWN,
    COMMENT_HELD,
    COMMENT_HIDDEN,
    COMMENT_BLOCKED,
    COMMENT_REMOVED,
    COMMENT_DELETED
};
WORDS_OF(comment_state);

/* With all that a report has to keep of it: the text as it is now, who wrote it and where. */
struct comment {
    int64_t id, video_id, user_id;
    int64_t owner_id;  /* whose video it is */
    int64_t parent_id; /* the comment that it answers; 0: none */
    const char *video_public_id, *video_title;
    const char *handle, *name, *avatar_key; /* of its author */
    const char *text;
    enum comment_state state;
    int64_t likes, replies, made_ms, edited_ms;
    bool liked; /* by the viewer that a list was made for (thread.h) */
};
struct comment_list {
    struct comment *items;
    size_t n;
};

/* In any state except deleted. */
MUST_USE enum rc comment_get(struct db *db, struct arena *a, int64_t id, struct comment *out);

/* Where it can be read: the path of the page of the video's comments, at this one. */
const char *comment_path(struct arena *a, const struct comment *c);

/* For moderation, in the caller's transaction: hide it until a report is decided; remove it; undo
 * either. RC_OK also if there is nothing to do. Who does it writes the journal. */
MUST_USE enum rc comment_hide(struct db *db, struct arena *a, int64_t id);
MUST_USE enum rc comment_remove(struct db *db, struct arena *a, int64_t id);
MUST_USE enum rc comment_restore(struct db *db, struct arena *a, int64_t id);

/* For creators, in the caller's transaction: show it, hide it. RC_CONFLICT: moderators have blocked or removed
 * it. *changed (may be NULL): it was not so already. */
MUST_USE enum rc comment_show(struct db *db, struct arena *a, int64_t id, bool *changed);
MUST_USE enum rc comment_conceal(struct db *db, struct arena *a, int64_t id, bool *changed);

/* For its author: delete it for good, in a transaction of its own. */
MUST_USE enum rc comment_delete(struct db *db, struct arena *a, int64_t id);

/* For jobs: the comments of a member in any state except deleted, with ids above `after`, ascending, at
 * most COMMENTS_OF_MAX; delete up to as many of them, *n of which there were; the same for a video. */
enum { COMMENTS_OF_MAX = 200 };
MUST_USE enum rc comment_of_member(struct db *db, struct arena *a, int64_t user_id, int64_t after,
                                   struct comment_list *out);
MUST_USE enum rc comment_delete_of_member(struct db *db, struct arena *a, int64_t user_id,
                                          size_t *n);
#endif
