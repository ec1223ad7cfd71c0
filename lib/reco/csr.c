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

/* The k-th largest of n > k values, counted from 0; Hoare's selection. Reorders `v`. */
static float largest(float *v, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;

    while (low < high) {
        float pivot = v[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (v[i] > pivot)
                i++;
            while (v[j] < pivot)
                j--;
            if (i >= j)
                break;
            float swap = v[i];
            v[i] = v[j];
            v[j] = swap;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return v[low];
}

void csr_put_row(struct csr *m, size_t row, size_t keep, const uint32_t *col, const float *value,
                 size_t n, float *room)
{
    size_t at = row * keep, kept = 0, level = keep; /* level: how many of size `least` may stay */
    float least = 0;

    if (n > keep) {
        for (size_t k = 0; k < n; k++)
            room[k] = fabsf(value[k]);
        least = largest(room, n, keep - 1);
        for (size_t k = 0; k < n; k++)
            level -= fabsf(value[k]) > least;
    }
    for (size_t k = 0; k < n; k++) {
        float size = fabsf(value[k]);
        if (size == 0 || size < least || (size == least && level == 0))
            continue;
        level -= size == least;
        m->col[at + kept] = col[k];
        m->value[at + kept++] = value[k];
    }
    m->start[row + 1] = kept; /* until csr_close() */
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
