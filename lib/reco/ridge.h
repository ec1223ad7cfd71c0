/*
 * ridge: the regression of EASE with the diagonal of EDLAE (papers: reco/model.h).
 *
 *   G = X' F X      X: members x videos, F: the squared factors of the members' rows
 *   P = (G + lambda I + dropout / (1 - dropout) diag G) ^ -1
 *   B = -P_ij / P_jj, 0 on the diagonal: what a weight of 1 at video i adds to the score of j
 *
 * P is symmetric and half of it is stored, as LAPACK's rectangular full packed format: dense linear
 * algebra at full speed in half the memory (Gustavson et al., ACM TOMS 37:2, 2010).
 */
#ifndef RECO_RIDGE_H
#define RECO_RIDGE_H
#include "reco/csr.h"

struct ridge {
    size_t n;    /* videos: the first n columns of X */
    size_t side; /* n, or n + 1 when n is odd: a video that nobody has seen makes it even */
    float *half; /* see ridge_at() */
};

/* The entry i, j with i <= j; `side` is even. */
static inline float *ridge_at(const struct ridge *r, size_t i, size_t j)
{
    size_t middle = r->side / 2;

    return j >= middle ? &r->half[i + (j - middle) * (r->side + 1)]
                       : &r->half[middle + 1 + j + i * (r->side + 1)];
}

/* x: members x videos; xt: its transpose; factors: squared, one for each member. Leaves P in *out.
 * RC_FULL: no memory. RC_FAIL: not solvable (not a number among the rows). */
MUST_USE enum rc ridge_solve(const struct csr *x, const struct csr *xt, const float *factors,
                             size_t n, float lambda, float dropout, int threads, struct ridge *out);
void ridge_free(struct ridge *r);

/* B as n x n, row i the source; malloc. */
MUST_USE enum rc ridge_dense(const struct ridge *r, int threads, float **out);

/* B with the `keep` largest of each target column, by size; rows are sources. */
MUST_USE enum rc ridge_pruned(const struct ridge *r, size_t keep, int threads, struct csr *out);
#endif
