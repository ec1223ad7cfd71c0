/*
 * ids: numbers the videos 0 to n - 1, in order of their ids. A hash table, since ids have gaps.
 *
 * Memory     malloc; ids_free() frees all.
 */
#ifndef RECO_IDS_H
#define RECO_IDS_H
#include "reco/feedback.h"

struct ids {
    uint32_t *id; /* of the i-th video, ascending */
    size_t n;
    struct id_cell *cells;
    size_t size; /* of the table, a power of two */
};
#define IDS_NONE SIZE_MAX

/* Numbers all videos in the rows. RC_FULL: no memory. */
MUST_USE enum rc ids_of(const struct feedback_list *all, struct ids *out);
void ids_free(struct ids *s);

/* The number of a video; IDS_NONE when it is not among them. */
size_t ids_find(const struct ids *s, uint32_t id);
#endif
