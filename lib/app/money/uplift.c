#include "app/money/uplift.h"
#include "app/money/divide.h"

enum { FIRST_BANDS = 16 };

__extension__ typedef __int128 wide; /* products of two amounts */

struct uplift_band {
    struct uplift_terms terms; /* given and platform are 0 in the band whose P is large enough */
    struct tally_list earned;
};

static bool is_same(const struct uplift_terms *x, const struct uplift_terms *y)
{
    return x->share_bp == y->share_bp && x->given_minor == y->given_minor &&
           x->platform_minor == y->platform_minor;
}

static struct uplift_terms band_of(const struct uplift_terms *t)
{
    wide all_of_it = (wide)t->given_minor * (SHARE_ALL_BP - t->share_bp);

    if ((wide)t->platform_minor * t->share_bp < all_of_it)
        return *t;
    return (struct uplift_terms){ .share_bp = t->share_bp };
}

static void grow(struct uplift *x)
{
    struct uplift_band *old = x->bands;

    x->max = MAX_OF(2 * x->max, (size_t)FIRST_BANDS);
    x->bands = arena_array(x->a, struct uplift_band, x->max);
    if (x->n)
        memcpy(x->bands, old, x->n * sizeof(*old));
}

static struct uplift_band *find(struct uplift *x, const struct uplift_terms *terms)
{
    for (size_t i = 0; i < x->n; i++)
        if (is_same(&x->bands[i].terms, terms))
            return &x->bands[i];
    if (x->n == x->max)
        grow(x);
    x->bands[x->n] = (struct uplift_band){ .terms = *terms };
    return &x->bands[x->n++];
}

void uplift_add(struct uplift *x, const struct uplift_terms *t, int64_t creator_id, int64_t minor)
{
    const struct uplift_terms terms = band_of(t);

    if (minor == 0)
        return;
    if (x->last == NULL || !is_same(&x->last->terms, &terms))
        x->last = find(x, &terms);
    tally_add(x->a, &x->last->earned, creator_id, minor);
}

/* The units of a band gave `earned` together; in one with a cap of its own each gave given_minor. */
static int64_t cap_of(const struct uplift_band *b, int64_t earned)
{
    if (b->terms.given_minor == 0)
        return divide_uplift(INT64_MAX, earned, b->terms.share_bp);
    return (int64_t)((wide)earned * b->terms.platform_minor / b->terms.given_minor);
}

static int by_terms(const void *x, const void *y)
{
    const struct uplift_terms *a = &((const struct uplift_band *)x)->terms,
                              *b = &((const struct uplift_band *)y)->terms;

    if (a->share_bp != b->share_bp)
        return a->share_bp < b->share_bp ? -1 : 1;
    if (a->given_minor != b->given_minor)
        return a->given_minor < b->given_minor ? -1 : 1;
    return (a->platform_minor > b->platform_minor) - (a->platform_minor < b->platform_minor);
}

static int by_id(const void *x, const void *y)
{
    const struct contribution *a = x, *b = y;
    return (a->id > b->id) - (a->id < b->id);
}

static void raise(struct arena *a, const struct uplift_band *b, int64_t minor,
                  struct tally_list *earned, struct tally_list *raised)
{
    struct part *parts = arena_array(a, struct part, b->earned.n);

    for (size_t i = 0; i < b->earned.n; i++)
        parts[i] = (struct part){ .id = b->earned.items[i].creator_id,
                                  .weight = b->earned.items[i].minor };
    divide_by_weight(minor, parts, b->earned.n);
    for (size_t i = 0; i < b->earned.n; i++) {
        tally_add(a, earned, parts[i].id, parts[i].weight);
        tally_add(a, raised, parts[i].id, parts[i].amount);
    }
}

int64_t uplift_divide(struct uplift *x, int64_t idle_minor, struct tally_list *earned,
                      struct tally_list *raised)
{
    struct contribution *bands = arena_array(x->a, struct contribution, x->n);

    *earned = *raised = (struct tally_list){ 0 };
    SORT(x->bands, x->n, by_terms); /* the order decides ties */
    x->last = NULL;
    for (size_t i = 0; i < x->n; i++) {
        int64_t sum = tally_sum(&x->bands[i].earned);
        bands[i] = (struct contribution){ .id = (int64_t)i,
                                          .net = cap_of(&x->bands[i], sum),
                                          .seconds = sum };
    }
    divide_scaled(idle_minor, bands, x->n);
    SORT(bands, x->n, by_id);
    for (size_t i = 0; i < x->n; i++)
        raise(x->a, &x->bands[i], bands[i].amount, earned, raised);
    tally_sum(earned);
    return tally_sum(raised);
}
