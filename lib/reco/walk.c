#include "reco/walk.h"

#include <math.h>
#include <omp.h>

static void raise(float *values, size_t n, float power)
{
    for (size_t i = 0; i < n; i++)
        values[i] = values[i] > 0 ? powf(values[i], power) : 0;
}

enum rc walk_new(struct csr *x, struct csr *xt, float alpha, float beta, size_t head,
                 struct walk *out)
{
    size_t members = x->rows, videos = x->cols;

    *out = (struct walk){ x,
                          xt,
                          malloc((videos + 1) * sizeof(float)),
                          malloc((members + 1) * sizeof(float)),
                          malloc((videos + 1) * sizeof(float)),
                          head };
    if (out->from == NULL || out->through == NULL || out->to == NULL) {
        walk_free(out);
        return RC_FULL;
    }
    csr_row_sums(xt, out->from);
    csr_row_sums(xt, out->to);
    csr_row_sums(x, out->through);
    for (size_t i = 0; i < videos; i++) /* a glance at a rare video must not count for more */
        out->to[i] = fmaxf(out->to[i], 1);
    raise(out->from, videos, -alpha);
    raise(out->through, members, -alpha);
    raise(out->to, videos, -beta);
    raise(x->value, csr_size(x), alpha);
    raise(xt->value, csr_size(xt), alpha);
    return RC_OK;
}

void walk_free(struct walk *w)
{
    free(w->from);
    free(w->through);
    free(w->to);
    *w = (struct walk){ 0 };
}

/*
 * Finding the next reached video by looking at every video would be slow: few are reached, and a
 * bit for each of those tells which, in order.
 */
struct reached {
    uint64_t *bits;
    float *sums; /* 0 where the bit is not set */
    uint32_t *col;
    float *value, *room;
    size_t n; /* of col and value */
};
enum { WORD = 64 };

static enum rc reached_new(size_t videos, struct reached *out)
{
    *out = (struct reached){
        calloc(videos / WORD + 1, sizeof(*out->bits)), calloc(videos + 1, sizeof(*out->sums)),
        malloc((videos + 1) * sizeof(*out->col)),      malloc((videos + 1) * sizeof(*out->value)),
        malloc((videos + 1) * sizeof(*out->room)),     0
    };
    return out->bits && out->sums && out->col && out->value && out->room ? RC_OK : RC_FULL;
}

static void reached_free(struct reached *r)
{
    free(r->bits);
    free(r->sums);
    free(r->col);
    free(r->value);
    free(r->room);
}

/* Move the sums of the videos reached from i into col and value, and clear them for the next
 * walk. */
static void collect(const struct walk *w, size_t i, struct reached *r)
{
    r->n = 0;
    for (size_t word = 0; word <= w->x->cols / WORD; word++)
        for (; r->bits[word] != 0; r->bits[word] &= r->bits[word] - 1) {
            size_t j = WORD * word + (size_t)__builtin_ctzll(r->bits[word]);
            if (j != i) {
                r->col[r->n] = (uint32_t)j;
                r->value[r->n++] = r->sums[j] * w->from[i] * w->to[j];
            }
            r->sums[j] = 0;
        }
}

/* All walks from i to videos from `first` on. */
static void walk_from(const struct walk *w, size_t i, size_t first, struct reached *r)
{
    const struct csr *x = w->x;
    const uint32_t *restrict col = x->col;
    const float *restrict value = x->value;
    float *restrict sums = r->sums;
    uint64_t *restrict bits = r->bits;

    for (size_t k = w->xt->start[i]; k < w->xt->start[i + 1]; k++) {
        size_t member = w->xt->col[k], begin = x->start[member];
        float times = w->xt->value[k] * w->through[member];
        for (size_t c = x->start[member + 1]; c > begin && col[c - 1] >= first; c--) {
            uint32_t j = col[c - 1];
            sums[j] += times * value[c - 1];
            bits[j / WORD] |= UINT64_C(1) << j % WORD;
        }
    }
    collect(w, i, r);
}

enum rc walk_pairs(const struct walk *w, size_t keep, int threads, struct csr *out)
{
    size_t videos = w->x->cols;
    struct reached *each = calloc((size_t)threads, sizeof(*each));
    enum rc rc = csr_new(videos, videos, videos * keep, out);

    for (int t = 0; rc == RC_OK && t < threads; t++)
        rc = each ? reached_new(videos, &each[t]) : RC_FULL;
    if (rc == RC_OK) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
        for (size_t i = 0; i < videos; i++) {
            struct reached *r = &each[omp_get_thread_num()];
            walk_from(w, i, i < w->head ? w->head : 0, r);
            csr_put_row(out, i, keep, r->col, r->value, r->n, r->room);
        }
        csr_close(out, keep);
    } else {
        csr_free(out);
    }
    for (int t = 0; each && t < threads; t++)
        reached_free(&each[t]);
    free(each);
    return rc;
}

enum rc walk_head_mass(const struct walk *w, size_t step, double *mass)
{
    struct reached r;
    enum rc rc = reached_new(w->x->cols, &r);

    *mass = 0;
    for (size_t i = 0; rc == RC_OK && i < w->head; i += step) {
        walk_from(w, i, 0, &r);
        for (size_t k = 0; k < r.n && r.col[k] < w->head; k++)
            *mass += (double)r.value[k];
    }
    reached_free(&r);
    return rc;
}
