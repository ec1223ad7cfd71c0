/*
 * exposure: how often recommended videos were shown to members on their home pages, and opened from
 * there. Creators see it; and videos that few have seen are shown until they had their chance.
 *
 * A page does not wait for a counter: it appends a line to a file of its machine, and
 * jobs/watch_flush adds it up in the database. Counting never fails a page.
 *
 * What counts  members with a subscription, but for their own videos: callers see to it. Shown is
 *              each view of the home page; opened is once for a member, video and day, as far as the
 *              cache remembers.
 * Exactness    this is not money. A line that is written in the very moment of a flush may be
 *              lost; a flush that is killed between COMMIT and removing its file is counted twice,
 *              as the only one. While the spool is full nothing is counted.
 * Files        var_dir/exposure/NODE, appended to by all processes of the machine, and NODE.taken,
 *              which is being flushed. NODE as in app/watching/spool.h.
 * Format       lines of "DAY s ID ID ..." (shown) or "DAY o ID" (opened), DAY since 1970. The
 *              letter tells: a torn line and the one behind it have two, and do not count.
 * Tables       exposure; reads video.
 */
#ifndef DISCOVERY_EXPOSURE_H
#define DISCOVERY_EXPOSURE_H
#include "io/db.h"

enum {
    EXPOSURE_AT_ONCE_MAX = 100,         /* of one page; further ones do not count */
    EXPOSURE_SPOOL_MAX_BYTES = 1 << 20, /* between two flushes: some 7000 home pages */
    EXPOSURE_FLUSH_ARENA_BYTES = 64 << 20,
    EXPOSURE_VIDEOS_MAX = 100,
    EXPOSURE_DAYS_MAX = 28,
};

/* These were shown now. Negligible time, no statement. */
void exposure_shown(int64_t now_ms, const int64_t *video_ids, size_t n);

/* The member opened it from the home page. */
void exposure_opened(struct arena *a, int64_t now_ms, int64_t user_id, int64_t video_id);

/* Put what this machine counted into the table; one process at a time. `a` has
 * EXPOSURE_FLUSH_ARENA_BYTES. *counted: of shown and opened together. */
MUST_USE enum rc exposure_flush(struct db *db, struct arena *a, int64_t *counted);

/* Of these videos, of all time; without those never shown. n <= EXPOSURE_VIDEOS_MAX. */
struct exposure {
    int64_t video_id, shown, opened;
};
struct exposure_list {
    struct exposure *items;
    size_t n;
};
MUST_USE enum rc exposure_of(struct db *db, struct arena *a, const int64_t *video_ids, size_t n,
                             struct exposure_list *out);

/* Of one, zeros for none. */
struct exposure exposure_find(const struct exposure_list *list, int64_t video_id);

/* The days from from_day on, oldest first, without those it was not shown on; at most
 * EXPOSURE_DAYS_MAX. */
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
