/*
 * csr: sparse matrices of single precision in compressed rows, the columns of a row in order.
 *
 * Memory     malloc; csr_free() frees what the others return. NULL pointers mean there was none.
 */
#ifndef RECO_CSR_H
#define RECO_CSR_H
#include "base/base.h"

struct csr {
    size_t rows, cols;
    size_t *start; /* of row i: start[i] to start[i + 1] */
    uint32_t *col;
    float *value;
};

/* Room for n entries; start[] is zeroed. RC_FULL: no memory. */
MUST_USE enum rc csr_new(size_t rows, size_t cols, size_t n, struct csr *out);
void csr_free(struct csr *m); /* and empties it; accepts an empty one */

/* The transpose; its rows come out in order, whether those of `m` are or not. */
MUST_USE enum rc csr_transpose(const struct csr *m, struct csr *out);

/*
 * A matrix that is made row by row, by several threads: csr_new() with room for rows * keep entries,
 * then each row from all its n entries, columns in order, of which the `keep` largest by size stay
 * (none that is 0; equal ones by lower column), then csr_close(). `room` has n floats.
 */
void csr_put_row(struct csr *m, size_t row, size_t keep, const uint32_t *col, const float *value,
                 size_t n, float *room);
void csr_close(struct csr *m, size_t keep);

/* out[i] becomes the sum of row i. */
void csr_row_sums(const struct csr *m, float *out);

static inline size_t csr_size(const struct csr *m) { return m->rows > 0 ? m->start[m->rows] : 0; }
#endif
