#include "reco/csr.h"

#include <math.h>

enum rc csr_new(size_t rows, size_t cols, size_t n, struct csr *out)
{
    *out = (struct csr){ rows, cols, calloc(rows + 1, sizeof(*out->start)),
                         malloc(MAX_OF(n, (size_t)1) * sizeof(*out->col)),
                         malloc(MAX_OF(n, (size_t)1) * sizeof(*out->value)) };
    if (out->start && out->col && out->value)
        return RC_OK;
    csr_free(out);
    return RC_FULL;
}

void csr_free(struct csr *m)
{
    free(m->start);
    free(m->col);
    free(m->value);
    *m = (struct csr){ 0 };
}

enum rc csr_transpose(const struct csr *m, struct csr *out)
{
    size_t n = csr_size(m);

    TRY(csr_new(m->cols, m->rows, n, out));
    for (size_t k = 0; k < n; k++)
        out->start[m->col[k] + 1]++;
    for (size_t c = 0; c < m->cols; c++)
        out->start[c + 1] += out->start[c];
    for (size_t r = 0; r < m->rows; r++)
        for (size_t k = m->start[r]; k < m->start[r + 1]; k++) {
            size_t to = out->start[m->col[k]]++; /* start[] runs ahead by one row ... */
            out->col[to] = (uint32_t)r;
            out->value[to] = m->value[k];
        }
    memmove(out->start + 1, out->start, m->cols * sizeof(*out->start)); /* ... and is put back */
    out->start[0] = 0;
    return RC_OK;
}

void csr_put_row(struct csr *m, size_t row, const float *entries, size_t keep, struct entry *room)
{
    struct best best = { room, 0, keep };
    size_t at = row * keep, n = 0;

    for (size_t c = 0; c < m->cols; c++)
        if (entries[c] != 0)
            best_offer(&best, &(struct entry){ (uint32_t)c, fabsf(entries[c]), 0 });
    for (size_t c = 0; c < m->cols && n < best.n; c++) { /* those not after the worst, in order */
        struct entry e = { (uint32_t)c, fabsf(entries[c]), 0 };
        if (entries[c] == 0 || entry_before(&room[0], &e))
            continue;
        m->col[at + n] = (uint32_t)c;
        m->value[at + n++] = entries[c];
    }
    m->start[row + 1] = n; /* until csr_close() */
}

void csr_close(struct csr *m, size_t keep)
{
    for (size_t r = 0; r < m->rows; r++) {
        size_t n = m->start[r + 1], to = m->start[r];
        memmove(m->col + to, m->col + r * keep, n * sizeof(*m->col));
        memmove(m->value + to, m->value + r * keep, n * sizeof(*m->value));
        m->start[r + 1] = to + n;
    }
}

void csr_row_sums(const struct csr *m, float *out)
{
    for (size_t r = 0; r < m->rows; r++) {
        double sum = 0;
        for (size_t k = m->start[r]; k < m->start[r + 1]; k++)
            sum += (double)m->value[k];
        out[r] = (float)sum;
    }
}
