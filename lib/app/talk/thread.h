/*
 * thread: the comments that are shown on a video, page by page, and what the video's owner decides about
 * them as a whole.
 *
 * Pages      continue after the last one of the page before (struct comment_place), so that comments
 *            that arrive meanwhile move nothing. A page has COMMENTS_PAGE; lists have one more if there
 *            is a next page.
 * Ownership  strings and lists live in the caller's arena.
 * Errors     RC_NOT_FOUND, RC_CONFLICT, RC_BUSY, RC_FAIL as in comment.h.
 */
#ifndef TALK_THREAD_H
#define TALK_THREAD_H
#include "app/catalogue/video.h"
#include "app/talk/comment.h"

enum { COMMENTS_PAGE = 20, COMMENTS_HELD_SHOWN = 99 };

/* Who may write, by conf()->comments and what the video's owner chose; the first thing that speaks
 * against it. */
enum talk_bar {
    TALK_OPEN,
    TALK_OFF,       /* the site has no comments */
    TALK_NOT_READY, /* the video cannot be watched by others at present */
    TALK_CLOSED,
    TALK_SIGN_IN,
    TALK_MEMBERS /* only those with a subscription */
};
WORDS_OF(talk_bar);

struct talk {
    int64_t shown;     /* comments and answers that everybody can read */
    int64_t pinned_id; /* 0: none */
    bool closed;
};
MUST_USE enum rc talk_of(struct db *db, struct arena *a, int64_t video_id, struct talk *out);

/* `may_play`: the viewer may watch all of it. `closed` counts for new comments, not for likes. */
enum talk_bar talk_bar_of(const struct video *v, bool closed, int64_t viewer_id, bool may_play);

enum comment_order { COMMENTS_NEWEST, COMMENTS_LIKED };
struct comment_place {
    int64_t id, likes; /* id 0: from the beginning */
};

/* Without answers, and without the pinned one; newest or most liked first. */
MUST_USE enum rc talk_list(struct db *db, struct arena *a, int64_t video_id, int64_t pinned_id,
                           int64_t viewer_id, enum comment_order order, struct comment_place after,
                           struct comment_list *out);

/* One that answers none, and the answers to it with ids above `after`, oldest first. */
MUST_USE enum rc talk_one(struct db *db, struct arena *a, int64_t video_id, int64_t id,
                          int64_t viewer_id, struct comment *out);
MUST_USE enum rc talk_answers(struct db *db, struct arena *a, int64_t id, int64_t viewer_id,
                              int64_t after, struct comment_list *out);

/* For owners: of all their videos, in one state, newest first, with ids below `before` (0: all); and how many are
 * held, counted up to COMMENTS_HELD_SHOWN. */
MUST_USE enum rc talk_of_owner(struct db *db, struct arena *a, int64_t owner_id,
                               enum comment_state state, int64_t before, struct comment_list *out);
MUST_USE enum rc talk_held(struct db *db, struct arena *a, int64_t owner_id, int64_t *n);

/* Close a video for further comments, or open it; put a shown comment that answers none at the top, or
 * take it from there. In transactions of their own. */
MUST_USE enum rc talk_close(struct db *db, int64_t video_id, bool closed);
MUST_USE enum rc talk_pin(struct db *db, struct arena *a, const struct comment *c, bool pinned);
#endif
