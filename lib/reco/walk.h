/*
 * walk: random walks of three steps, RP3beta (paper: reco/model.h).
 *
 *   W_ij = r_j^-beta * sum over members u of (x_ui / r_i)^alpha (x_uj / r_u)^alpha
 *
 * with r_i, r_j and r_u the sums of a video's and of a member's evidence: from video i to a member
 * who liked it, and on to another video that this member liked.
 */
#ifndef RECO_WALK_H
#define RECO_WALK_H
#include "reco/csr.h"

struct walk {
    const struct csr *x, *xt;   /* members x videos, evidence ^ alpha; and its transpose */
    float *from, *through, *to; /* r_i^-alpha, r_u^-alpha, r_j^-beta */
    size_t head;                /* pairs of two of the first `head` videos are left out */
};

/* Takes over x and xt, whose values become powers. RC_FULL: no memory. */
MUST_USE enum rc walk_new(struct csr *x, struct csr *xt, float alpha, float beta, size_t head,
                          struct walk *out);
void walk_free(struct walk *w); /* leaves x and xt alone */

/* The `keep` strongest pairs of each source; rows are sources. RC_FULL: no memory. */
MUST_USE enum rc walk_pairs(const struct walk *w, size_t keep, int threads, struct csr *out);

/* The sum of the walks' scores for pairs within the head, which walk_pairs() leaves out, over every
 * step-th source. */
MUST_USE enum rc walk_head_mass(const struct walk *w, size_t step, double *mass);
#endif
