/*
 * model: which videos belong together, learnt from all members' feedback.
 *
 * Two linear item-item models, joined: for the most popular videos the ridge regression EASE^R
 * (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019) with the diagonal
 * of EDLAE (Steck, "Autoencoders that don't overfit towards the Identity", NeurIPS 2020); for all
 * others random walks of three steps, RP3beta (Paudel et al., "Updatable, Accurate, Diverse, and
 * Scalable Recommendations for Interactive Applications", TiiS 2016).
 *
 * Deterministic: the same feedback gives the same model with any number of threads, apart from
 * rounding in the linear algebra library's factorisation.
 * Memory     malloc; each result is freed with its own function.
 * Errors     RC_INVALID: rows out of order or ids out of range; RC_FULL: more than memory_bytes.
 */
#ifndef RECO_MODEL_H
#define RECO_MODEL_H
#include "reco/feedback.h"
#include "reco/rank.h"

struct choice {
    struct reading reading;
    bool ridge;                  /* false: only walks, as without a linear algebra library */
    float lambda;                /* of the ridge; higher: more cautious */
    float dropout;               /* 0 to 0.9: the diagonal weighs dropout / (1 - dropout) more */
    float norm;                  /* rows of a member with sum s are multiplied by s^-norm */
    float walk_alpha, walk_beta; /* exponents of the walk's steps and of popularity */
    float rare; /* scores of a video with evidence p count p^-rare: higher, less of the popular */
};

struct limits {
    size_t memory_bytes; /* of everything at once, except the feedback, which is the caller's */
    size_t head_max;     /* videos in the regression */
    size_t neighbours;   /* how many are kept for each video */
    int threads;
};

struct model;

/* The choice for a site that does not have enough feedback yet to choose by. */
struct choice choice_default(void);

/* Can this build solve a regression? */
bool model_has_ridge(void);

MUST_USE enum rc model_learn(const struct feedback_list *all, const struct choice *how,
                             const struct limits *limits, struct model **out);
void model_free(struct model *m); /* accepts NULL */

/* The neighbours of the i-th video, strongest first, into `out` (room for limits.neighbours);
 * *video is its id. Videos are in order of their ids; i is 0 to model_videos() - 1. */
size_t model_videos(const struct model *m);
size_t model_neighbours(const struct model *m, size_t i, uint32_t *video, struct entry *out);

/* The best `max` videos for a member, without the videos in the member's rows: `rows` by video, as
 * in a feedback_list. Scored by the whole model, not only by the neighbours that are kept. Safe
 * from several threads. */
size_t model_list(const struct model *m, const struct feedback *rows, size_t n, size_t max,
                  struct entry *out);

/* From now on score with this choice's reading of members' rows and its `rare`; what was learnt
 * stays. */
void model_rescore(struct model *m, const struct choice *how);

/* Makes the lists of all members, in parallel. */
MUST_USE enum rc model_lists(
    const struct model *m, const struct feedback_list *all, size_t max,
    enum rc (*take)(int64_t member, const struct entry *best, size_t n, void *arg),
    void *arg); /* take() is called by one thread at a time, members in order */

/* Learn from all rows except the latest of a sample of members, with several choices, and return
 * the choice that best finds the hidden rows (NDCG@10). *report: one line for each choice tried, in
 * the arena. The same feedback gives the same choice. */
MUST_USE enum rc model_choose(const struct feedback_list *all, const struct limits *limits,
                              struct arena *a, struct choice *out, const char **report);
#endif
