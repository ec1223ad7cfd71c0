/*
 * rank: from lists of neighbours to the videos one member is offered. What the home page does at
 * each view, and what the job and the offline evaluation do for everybody: one implementation.
 * No memory but the caller's arena, no threads, no linear algebra: handlers link it.
 *
 *   packed list     entries of ENTRY_BYTES: video, score, because; as the machine writes them
 *   neighbours      of a video: the score is what a weight of 1 there adds to the entry's video;
 *                   `because` is 0
 *   member's list   the best for a member: the score is the sum over all rows of the member,
 *                   `because` which of the latest liked rows added most
 *
 * Untrusted: a packed list whose length does not fit is read as empty.
 */
#ifndef RECO_RANK_H
#define RECO_RANK_H
#include "base/arena.h"

enum {
    ENTRY_BYTES = 12,
    LIST_MAX = 1000,   /* entries of a packed list */
    MERGE_MAX = 20000, /* different videos that one merge can hold; the rest is dropped */
    TOP_CATEGORIES = 5,
    PER_CREATOR_MAX = 2, /* in any PER_CREATOR_OF in a row */
    PER_CREATOR_OF = 10,
    PER_CATEGORY_MAX = 12, /* in any PER_CATEGORY_OF in a row */
    PER_CATEGORY_OF = 20,
};

struct entry {
    uint32_t video;
    float score;
    uint32_t because; /* the video that spoke for it; 0: none */
};
struct entry_list {
    struct entry *items;
    size_t n;
};

/* Never fails; `packed` is in the arena. At most LIST_MAX entries. */
struct bytes entries_pack(struct arena *a, const struct entry *items, size_t n);
struct entry_list entries_unpack(struct arena *a, struct bytes packed);

/* Sum up lists. Scores of one video add; `because` is whose single part was largest. */
struct merge;
struct merge *merge_new(struct arena *a);
void merge_list(struct merge *m, struct bytes packed, double weight); /* of a member */
void merge_neighbours(struct merge *m, uint32_t video, struct bytes packed, double weight);
void merge_without(struct merge *m, uint32_t video); /* is never in the result; may come first */

/* The best `max`, best first; ties by lower id. */
struct entry_list merge_best(struct merge *m, size_t max);

/* What else is known of a candidate. */
struct candidate {
    uint32_t video, because;
    int64_t creator_id, category_id; /* 0: unknown; no cap applies */
    double score;                    /* of the model */
    double quality;                  /* quality_of(); a tie-breaker */
    bool followed;                   /* the member follows its creator */
};
struct candidates {
    struct candidate *items;
    size_t n;
};

/* A member's favourite categories: their part of all weight, the largest first. */
struct favourite {
    int64_t category_id;
    double share; /* 0 to 1 */
};
struct favourites {
    struct favourite items[TOP_CATEGORIES];
    size_t n;
};
struct weighed_category { /* one row of the member's feedback */
    int64_t category_id;
    double weight;
};
struct favourites favourites_of(struct arena *a, const struct weighed_category *rows, size_t n);

/* Likes beside dislikes, drawn to the middle while there are few: (likes + 2) / (likes + dislikes + 3)
 * less what a video without any has; -2/3 to 1/3. */
double quality_of(int64_t likes, int64_t dislikes);

/* Order by model, favourite categories, quality and followed creators, then take from the top what
 * the caps allow, and what they held back when nothing else is left. The first of `c` are the result: as
 * many as are returned, at most max. Sorts `c`, whose scores become the final ones; ties by lower
 * id. */
size_t rank_candidates(struct candidates *c, const struct favourites *top, size_t max);
#endif
