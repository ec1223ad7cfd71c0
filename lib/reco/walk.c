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
    for (size_t i = 0; i < videos; i++)
        out->to[i] = fmaxf(out->to[i],
                           1); /* nothing is so rare that a glance makes it count more */
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

/* All walks from i to videos from `first` on. */
static void walk_from(const struct walk *w, size_t i, size_t first, float *sums)
{
    const struct csr *x = w->x;

    memset(sums, 0, x->cols * sizeof(*sums));
    for (size_t k = w->xt->start[i]; k < w->xt->start[i + 1]; k++) {
        size_t member = w->xt->col[k];
        float times = w->xt->value[k] * w->through[member];
        for (size_t c = x->start[member + 1]; c > x->start[member] && x->col[c - 1] >= first; c--)
            sums[x->col[c - 1]] += times * x->value[c - 1];
    }
    for (size_t j = first; j < x->cols; j++)
        sums[j] *= w->from[i] * w->to[j];
    sums[i] = 0;
}

enum rc walk_pairs(const struct walk *w, size_t keep, int threads, struct csr *out)
{
    size_t videos = w->x->cols;
    struct entry *rooms = malloc((size_t)threads * keep * sizeof(*rooms));
    float *sums = malloc((size_t)threads * videos * sizeof(*sums));
    enum rc rc = csr_new(videos, videos, videos * keep, out);

    if (rc == RC_OK && (rooms == NULL || sums == NULL)) {
        csr_free(out);
        rc = RC_FULL;
    }
    if (rc != RC_OK)
        goto out;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t i = 0; i < videos; i++) {
        size_t thread = (size_t)omp_get_thread_num();
        float *sum = sums + thread * videos;
        walk_from(w, i, i < w->head ? w->head : 0, sum);
        csr_put_row(out, i, sum, keep, rooms + thread * keep);
    }
    csr_close(out, keep);
out:
    free(sums);
    free(rooms);
    return rc;
}

double walk_head_mass(const struct walk *w, size_t i, float *sums)
{
    double mass = 0;

    walk_from(w, i, 0, sums);
    for (size_t j = 0; j < w->head; j++)
        mass += (double)sums[j];
    return mass;
}
