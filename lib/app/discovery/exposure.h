/*
 * exposure: counts how often recommended videos were shown to members on their home pages, and
 * opened from there. Creators see the counts, and they decide how long a new video is offered
 * (hot.h).
 *
 * A page does not wait for a counter: it appends a line to a file of its machine, and
 * jobs/watch_flush adds the lines up in the database. A page never fails because of counting.
 *
 * What counts  members with a subscription, except on their own videos; callers take care of that.
 *              "Shown" counts each view of the home page; "opened" counts once per member, video
 *              and day, as long as the cache remembers.
 * Exactness    this is not money. A line written at the very moment of a flush may be lost; a flush
 *              that is killed between COMMIT and removing its file is counted twice. While the
 *              spool is full nothing is counted.
 * Files        var_dir/exposure/NODE, appended to by all processes of the machine, and NODE.taken,
 *              which is being flushed. NODE as in app/watching/spool.h.
 * Format       lines of "DAY s ID ID ..." (shown) or "DAY o ID" (opened), DAY since 1970. A torn
 *              line runs into the next one; together they have two letters, and do not count.
 * Tables       exposure; reads video.
 */
#ifndef DISCOVERY_EXPOSURE_H
#define DISCOVERY_EXPOSURE_H
#include "io/db.h"

enum {
    EXPOSURE_AT_ONCE_MAX = 100,         /* videos of one page; further ones are not counted */
    EXPOSURE_SPOOL_MAX_BYTES = 1 << 20, /* between two flushes: about 7000 home pages */
    EXPOSURE_FLUSH_ARENA_BYTES = 64 << 20,
    EXPOSURE_VIDEOS_MAX = 100,
    EXPOSURE_DAYS_MAX = 28,
};

/* Count these videos as shown now. Takes negligible time and no statement. */
void exposure_shown(int64_t now_ms, const int64_t *video_ids, size_t n);

/* Count the video as opened by the member from the home page. */
void exposure_opened(struct arena *a, int64_t now_ms, int64_t user_id, int64_t video_id);

/* Put this machine's counts into the table; one process at a time. `a` must have
 * EXPOSURE_FLUSH_ARENA_BYTES. *counted: shown and opened together. */
MUST_USE enum rc exposure_flush(struct db *db, struct arena *a, int64_t *counted);

/* The counts of these videos over all time, without those never shown. n <= EXPOSURE_VIDEOS_MAX. */
struct exposure {
    int64_t video_id, shown, opened;
};
struct exposure_list {
    struct exposure *items;
    size_t n;
};
MUST_USE enum rc exposure_of(struct db *db, struct arena *a, const int64_t *video_ids, size_t n,
                             struct exposure_list *out);

/* The counts of one video of a list; 0 if it is not there. */
struct exposure exposure_find(const struct exposure_list *list, int64_t video_id);

/* A video's counts by day from from_day on, oldest first, without days on which it was not shown;
 * at most EXPOSURE_DAYS_MAX. */
struct exposure_day {
    int64_t day, shown, opened;
};
struct exposure_days {
    struct exposure_day *items;
    size_t n;
};
MUST_USE enum rc exposure_days(struct db *db, struct arena *a, int64_t video_id, int64_t from_day,
                               struct exposure_days *out);
#endif
