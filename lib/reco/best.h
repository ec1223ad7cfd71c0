/*
 * best: the best few of many entries, kept in a bounded heap: O(log max) for each entry that gets
 * in, one comparison for each that does not. Of equal scores, the video with the lower id is
 * better.
 */
#ifndef RECO_BEST_H
#define RECO_BEST_H
#include "reco/rank.h"

struct best {
    struct entry
        *items; /* the caller's, room for max; a heap with the worst on top until best_sort() */
    size_t n, max;
};

static inline bool entry_before(const struct entry *a, const struct entry *b)
{
    return a->score > b->score || (!(a->score < b->score) && a->video < b->video);
}

void best_put(struct best *b, const struct entry *e); /* only for best_offer() */
static inline void best_offer(struct best *b, const struct entry *e)
{
    if (b->n < b->max || (b->max > 0 && entry_before(e, &b->items[0])))
        best_put(b, e);
}
size_t best_sort(struct best *b); /* sorts the best first; returns how many there are */
#endif
