/*
 * watch: what members did with videos: where they stopped, their history, counted views. All of it
 * comes from the spool (rollup.h), some seconds after it was played.
 *
 * Tables     watch_position, watch_history; reads user, video.
 */
#ifndef WATCHING_WATCH_H
#define WATCHING_WATCH_H
#include "app/watching/spool.h"
#include "app/catalogue/video.h"
#include "io/rows.h"

enum { VIEW_MIN_MS = 10000 }; /* played on one day for a view to count */

/* Where `played` leaves its members, as rows for watch_store(). Sorts. */
void watch_rows(struct arena *a, struct played *played, size_t n, struct rows *out);

/* Keep these, but for members and videos that are gone, and for what the history may not hold. In
 * the caller's transaction. */
MUST_USE enum rc watch_store(struct db *db, struct rows *rows);

/* Where the member stopped; 0 when never, or near the end. */
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

/* Do they say that the member has seen it to its end? */
enum { WATCH_FINISHED_PERCENT = 95 };
bool watch_is_finished(const struct watch_mark_list *marks, int64_t video_id, int64_t length_ms);

/* The history: what the member played and may still see, latest first; those only with `words` in
 * their title or their channel's name, unless it is "". At most VIDEO_PAGE + 1 items: one more than a
 * page says that there is a next one; `page` counts from 0. */
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

/* Take one video, or everything until now, out of the history; where the member stopped goes with
 * it, and what was learnt from it. RC_OK too when it was not in it. What was credited stays. */
MUST_USE enum rc watch_forget(struct db *db, int64_t user_id, const char *public_id);
MUST_USE enum rc watch_forget_all(struct db *db, int64_t user_id, int64_t now_ms);

/* From now on nothing is added to the history; or again what is played from now on. */
MUST_USE enum rc watch_pause(struct db *db, int64_t user_id, bool pause, int64_t now_ms);
MUST_USE enum rc watch_is_paused(struct db *db, struct arena *a, int64_t user_id, bool *paused);
#endif
