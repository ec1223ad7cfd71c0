/*
 * audience: how a video is watched, for its creator: by how many members, for how long, and which
 * parts. The creator's own playing is not counted.
 *
 * Tables     video_retention; reads watch_day and video.
 */
#ifndef WATCHING_AUDIENCE_H
#define WATCHING_AUDIENCE_H
#include "io/rows.h"
#include "app/watching/spool.h"
#include "io/db.h"

enum {
    AUDIENCE_CELL_MS = 5000,
    AUDIENCE_CELLS_MAX = 8640, /* 12 hours, the longest video */
    AUDIENCE_BEAT_CELLS = 61,  /* a record of the spool touches at most this many */
    AUDIENCE_CACHE_S = 60,
};

struct audience {
    int64_t viewers;    /* members */
    int64_t days;       /* on which a viewer watched, added up over all viewers */
    int64_t watched_ms; /* by all, in passing time: at double speed, half of what was played */
};
struct retention_cell {
    int64_t cell, plays; /* how often the part from cell * AUDIENCE_CELL_MS on was played */
};
struct retention {
    struct retention_cell *items; /* in the order of the video, without parts never played */
    size_t n;
};

/* From the cache, up to AUDIENCE_CACHE_S old. All 0 if nobody watched. */
MUST_USE enum rc audience_of(struct db *db, struct arena *a, int64_t video_id, int64_t creator_id,
                             struct audience *out);
MUST_USE enum rc audience_retention(struct db *db, struct arena *a, int64_t video_id,
                                    struct retention *out);

/* The parts that were played, as rows for audience_store(). */
void audience_rows(struct arena *a, const struct played *played, size_t n, struct rows *out);

/* Add them up, except those of deleted videos. Exactly once: in the transaction that takes the
 * records out of the spool. */
MUST_USE enum rc audience_store(struct db *db, struct rows *rows);
#endif
