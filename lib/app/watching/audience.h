/*
 * audience: how a video is watched, for its creator: who saw how much of it, and which parts. The
 * creator's own playing is not in it.
 *
 * Tables     video_retention; reads watch_day.
 */
#ifndef WATCHING_AUDIENCE_H
#define WATCHING_AUDIENCE_H
#include "io/rows.h"
#include "app/watching/spool.h"
#include "io/db.h"

enum {
    AUDIENCE_CELL_MS = 5000,
    AUDIENCE_CELLS_MAX = 8640, /* 12 hours, the longest video */
    AUDIENCE_BEAT_CELLS = 61,  /* touched by one record of the spool at most */
    AUDIENCE_CACHE_S = 60,
};

struct audience {
    int64_t viewers;    /* members */
    int64_t days;       /* on which each of them watched, added up */
    int64_t watched_ms; /* by all, as time passed: at double speed half of what was played */
};
struct retention_cell {
    int64_t cell, plays; /* the part from cell * AUDIENCE_CELL_MS on was played so often */
};
struct retention {
    struct retention_cell *items; /* in the order of the video, without those never played */
    size_t n;
};

/* Up to AUDIENCE_CACHE_S old; nobody: all 0. */
MUST_USE enum rc audience_of(struct db *db, struct arena *a, int64_t video_id, int64_t creator_id,
                             struct audience *out);
MUST_USE enum rc audience_retention(struct db *db, struct arena *a, int64_t video_id,
                                    struct retention *out);

/* The parts that were played, as rows for audience_store(). */
void audience_rows(struct arena *a, const struct played *played, size_t n, struct rows *out);

/* Count them, but for videos that are gone. Once: in the transaction that takes them out of the spool. */
MUST_USE enum rc audience_store(struct db *db, struct rows *rows);
#endif
