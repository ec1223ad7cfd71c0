/*
 * rank: from lists of neighbours to the videos that one member is offered. The home page calls this
 * at each view, the job and the offline evaluation for all members: one implementation. It uses no
 * memory except the caller's arena, no threads and no linear algebra, so that handlers can link it.
 *
 *   packed list     entries of ENTRY_BYTES: video, score, because; in the machine's own byte order
 *   neighbours      of a video: the score is what a weight of 1 there adds to the entry's video;
 *                   `because` is 0
 *   member's list   the best videos for a member: the score is the sum over all rows of the member,
 *                   `because` the one of the latest liked rows that added most
 *
 * Untrusted: a packed list of an impossible length is read as empty.
 */
#ifndef RECO_RANK_H
#define RECO_RANK_H
#include "base/arena.h"

enum {
    ENTRY_BYTES = 12,
    LIST_MAX = 1000,   /* entries of a packed list */
    MERGE_MAX = 20000, /* different videos that one merge can hold; further ones are dropped */
    TOP_CATEGORIES = 5,
    PER_CREATOR_MAX = 2, /* in any PER_CREATOR_OF in a row */
    PER_CREATOR_OF = 10,
    PER_CATEGORY_MAX = 12, /* in any PER_CATEGORY_OF in a row */
    PER_CATEGORY_OF = 20,
};

struct entry {
    uint32_t video;
    float score;
    uint32_t because; /* the video that added most to the score; 0: none */
};
struct entry_list {
    struct entry *items;
    size_t n;
};

/* Packs a list. Never fails; the result is in the arena. At most LIST_MAX entries. */
struct bytes entries_pack(struct arena *a, const struct entry *items, size_t n);
struct entry_list entries_unpack(struct arena *a, struct bytes packed);

/* Adds up lists. Scores of one video are summed; `because` is the video with the largest single
 * part. */
struct merge;
struct merge *merge_new(struct arena *a);
void merge_list(struct merge *m, struct bytes packed, double weight); /* a member's list */
void merge_neighbours(struct merge *m, uint32_t video, struct bytes packed, double weight);
void merge_without(struct merge *m, uint32_t video); /* never in the result; may be called first */

/* The best `max`, best first; of equal scores the lower id. */
struct entry_list merge_best(struct merge *m, size_t max);

/* What else is known about a candidate. */
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

/* A member's favourite categories, each with its part of all weight, the largest first. */
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

/* Likes compared with dislikes, drawn to the middle while there are few: (likes + 2) / (likes +
 * dislikes + 3) minus the value of a video without any; -2/3 to 1/3. */
double quality_of(int64_t likes, int64_t dislikes);

/* Order by model, favourite categories, quality and followed creators, then take from the top what
 * the caps allow, and candidates that they held back when nothing else is left. The result is the
 * first candidates of `c`: as many as are returned, at most max. Sorts `c`, whose scores become the
 * final ones; of equal scores the lower id comes first. */
size_t rank_candidates(struct candidates *c, const struct favourites *top, size_t max);
#endif
