/*
 * watch: what members watched: where they stopped, and their history. All of it comes from the
 * spool (rollup.h), some seconds after it was played.
 *
 * Tables     watch_position, watch_history; reads user, video.
 */
#ifndef WATCHING_WATCH_H
#define WATCHING_WATCH_H
#include "app/watching/spool.h"
#include "app/catalogue/video.h"
#include "io/rows.h"

enum { VIEW_MIN_MS = 10000 }; /* played on one day for a view to count */

/* Where the members of `played` stopped, as rows for watch_store(). Sorts `played`. */
void watch_rows(struct arena *a, struct played *played, size_t n, struct rows *out);

/* Store these positions, except those of deleted members and videos, and those that must not be in
 * the history. In the caller's transaction. */
MUST_USE enum rc watch_store(struct db *db, struct rows *rows);

/* Where the member stopped; 0 if they never watched it, or near its end. */
MUST_USE enum rc watch_position(struct db *db, struct arena *a, int64_t user_id, int64_t video_id,
                                int64_t *position_ms);

/* The member's latest positions, for the bars on cards; through the cache. */
struct watch_mark {
    int64_t video_id, position_ms;
};
struct watch_mark_list {
    struct watch_mark *items;
    size_t n;
};
MUST_USE enum rc watch_marks(struct db *db, struct arena *a, int64_t user_id,
                             struct watch_mark_list *out);

/* Has the member, by these marks, seen the video to its end? */
enum { WATCH_FINISHED_PERCENT = 95 };
bool watch_is_finished(const struct watch_mark_list *marks, int64_t video_id, int64_t length_ms);

/* The history: videos that the member played and may still see, latest first; if `words` is not "",
 * only those that have it in their title or their channel's name. At most VIDEO_PAGE + 1 items: one
 * more than a page means that there is a next page; `page` counts from 0. */
struct watched {
    const char *public_id, *title, *channel_name, *channel_handle;
    int64_t poster_version, length_ms, position_ms, updated_ms;
};
struct watched_list {
    struct watched *items;
    size_t n;
};
MUST_USE enum rc watch_history(struct db *db, struct arena *a, int64_t user_id, const char *words,
                               size_t page, struct watched_list *out);

/* Take one video, or everything until now, out of the history, together with the position where the
 * member stopped and what was learned from it. RC_OK also if it was not there. Credit stays. */
MUST_USE enum rc watch_forget(struct db *db, int64_t user_id, const char *public_id);
MUST_USE enum rc watch_forget_all(struct db *db, int64_t user_id, int64_t now_ms);

/* Pause the history, so that nothing is added to it, or end the pause: then what is played from
 * now_ms on is added again. */
MUST_USE enum rc watch_pause(struct db *db, int64_t user_id, bool pause, int64_t now_ms);
MUST_USE enum rc watch_is_paused(struct db *db, struct arena *a, int64_t user_id, bool *paused);
#endif
