/*
 * csr: sparse matrices of single precision in compressed rows, the columns of a row in order.
 *
 * Memory     malloc; csr_free() frees what the other functions return.
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
void csr_free(struct csr *m); /* also empties it; accepts an empty one */

/* The transpose; its rows are in order even if those of `m` are not. */
MUST_USE enum rc csr_transpose(const struct csr *m, struct csr *out);

/*
 * To make a matrix row by row, from several threads: csr_new() with room for rows * keep entries,
 * then csr_put_row() for each row with all its n entries, columns in order, of which the `keep`
 * largest in absolute value are kept (none that is 0; of equal ones the lower columns), then
 * csr_close(). `room` has n floats.
 */
void csr_put_row(struct csr *m, size_t row, size_t keep, const uint32_t *col, const float *value,
                 size_t n, float *room);
void csr_close(struct csr *m, size_t keep);

/* out[i] becomes the sum of row i. */
void csr_row_sums(const struct csr *m, float *out);

static inline size_t csr_size(const struct csr *m) { return m->rows > 0 ? m->start[m->rows] : 0; }
#endif
