#include "reco/ridge.h"

#include <omp.h>

#ifdef HAVE_OPENBLAS
/* LAPACK: Cholesky factor and inverse in rectangular full packed format. The lengths of the two
 * strings are passed after the arguments, as Fortran compilers do. */
void spftrf_(const char *transr, const char *uplo, const int *n, float *a, int *info, size_t,
             size_t);
void spftri_(const char *transr, const char *uplo, const int *n, float *a, int *info, size_t,
             size_t);
void openblas_set_num_threads(int threads);

/* Not limits.threads: the division of the work decides how results are rounded. */
enum { FACTOR_THREADS = 2 };

static enum rc invert(struct ridge *r)
{
    int n = (int)r->side, info = 0;

    openblas_set_num_threads(FACTOR_THREADS);
    spftrf_("N", "U", &n, r->half, &info, 1, 1);
    if (info == 0)
        spftri_("N", "U", &n, r->half, &info, 1, 1);
    return info == 0 ? RC_OK : RC_FAIL;
}
#else
static enum rc invert(struct ridge *r)
{
    (void)r;
    assert(!"a model asks model_has_ridge() first");
    return RC_FAIL;
}
#endif

/* Column j of G from its first row down to the diagonal, in `sum`. Columns of X are in order, so a
 * member's row is finished once it has passed j. */
static void gram_column(const struct csr *x, const struct csr *xt, const float *factors, size_t j,
                        float *restrict sum)
{
    const uint32_t *restrict col = x->col;
    const float *restrict value = x->value;

    memset(sum, 0, (j + 1) * sizeof(*sum));
    for (size_t k = xt->start[j]; k < xt->start[j + 1]; k++) {
        size_t member = xt->col[k];
        float times = xt->value[k] * factors[member];
        for (size_t c = x->start[member]; col[c] < j; c++)
            sum[col[c]] += times * value[c];
        sum[j] += times * xt->value[k];
    }
}

static void gram(const struct csr *x, const struct csr *xt, const float *factors, float lambda,
                 float dropout, struct ridge *r, float *sums, int threads)
{
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t j = 0; j < r->n; j++) {
        float *sum = sums + (size_t)omp_get_thread_num() * r->side;
        gram_column(x, xt, factors, j, sum);
        sum[j] += lambda + dropout / (1 - dropout) * sum[j];
        for (size_t i = 0; i <= j; i++)
            *ridge_at(r, i, j) = sum[i];
    }
    if (r->side > r->n)
        *ridge_at(r, r->n, r->n) = 1;
}

enum rc ridge_solve(const struct csr *x, const struct csr *xt, const float *factors, size_t n,
                    float lambda, float dropout, int threads, struct ridge *out)
{
    size_t side = n + n % 2;
    float *sums = malloc((size_t)threads * (side + 1) * sizeof(float));
    enum rc rc = RC_FULL;

    *out = (struct ridge){ n, side, calloc((side + 1) * (side / 2) + 1, sizeof(float)) };
    if (sums == NULL || out->half == NULL)
        goto out;
    gram(x, xt, factors, lambda, dropout, out, sums, threads);
    rc = side > 0 ? invert(out) : RC_OK;
out:
    free(sums);
    if (rc != RC_OK)
        ridge_free(out);
    return rc;
}

void ridge_free(struct ridge *r)
{
    free(r->half);
    *r = (struct ridge){ 0 };
}

/* What each video adds to the score of j. */
static void column(const struct ridge *r, size_t j, float *out)
{
    float scale = -1 / *ridge_at(r, j, j);

    for (size_t i = 0; i < j; i++)
        out[i] = *ridge_at(r, i, j) * scale;
    out[j] = 0;
    for (size_t i = j + 1; i < r->n; i++)
        out[i] = *ridge_at(r, j, i) * scale;
}

enum rc ridge_dense(const struct ridge *r, int threads, float **out)
{
    size_t n = r->n;
    float *b = malloc(MAX_OF(n * n, (size_t)1) * sizeof(*b));

    if (b == NULL)
        return RC_FULL;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b[i * n + j] = *ridge_at(r, MIN_OF(i, j), MAX_OF(i, j)) / -*ridge_at(r, j, j);
        b[i * n + i] = 0;
    }
    *out = b;
    return RC_OK;
}

enum rc ridge_pruned(const struct ridge *r, size_t keep, int threads, struct csr *out)
{
    struct csr by_target;
    uint32_t *all = malloc(r->n * sizeof(*all)); /* columns, since any may be kept */
    float *columns = malloc(2 * (size_t)threads * r->n * sizeof(*columns));
    enum rc rc = csr_new(r->n, r->n, r->n * keep, &by_target);

    if (rc == RC_OK && (all == NULL || columns == NULL))
        rc = RC_FULL;
    if (rc != RC_OK)
        goto out;
    for (size_t i = 0; i < r->n; i++)
        all[i] = (uint32_t)i;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (size_t j = 0; j < r->n; j++) {
        float *values = columns + 2 * (size_t)omp_get_thread_num() * r->n, *room = values + r->n;
        column(r, j, values);
        csr_put_row(&by_target, j, keep, all, values, r->n, room);
    }
    csr_close(&by_target, keep);
    rc = csr_transpose(&by_target, out);
out:
    csr_free(&by_target);
    free(columns);
    free(all);
    return rc;
}
