#include "reco/rank.h"

#include "reco/best.h"

#include <math.h>

static_assert(sizeof(struct entry) == ENTRY_BYTES, "a packed list is an array of entries");

/* Weights in the final order, in units of the spread of the model's scores. A favourite category
 * counts with this weight times its share, so in full when it is the only interest of a member.
 * Measured on public data (tests/reco): together they change NDCG@10 by less than 0.5%. */
static const double OF_FAVOURITE = 0.3, OF_QUALITY = 0.2, OF_FOLLOWED = 0.3;

/* The likes and ratings that every video is credited with at the start: 2 likes and 1 dislike. */
static const double PRIOR_LIKES = 2, PRIOR_RATINGS = 3;

struct bytes entries_pack(struct arena *a, const struct entry *items, size_t n)
{
    n = MIN_OF(n, (size_t)LIST_MAX);
    if (n == 0)
        return (struct bytes){ "", 0 };
    return (struct bytes){ arena_strn(a, (const char *)items, n * ENTRY_BYTES), n * ENTRY_BYTES };
}

/* How many entries a packed list has; 0 when its length is not that of a list. */
static size_t entries_in(struct bytes packed)
{
    size_t n = packed.n / ENTRY_BYTES;

    return packed.n % ENTRY_BYTES == 0 && n <= LIST_MAX ? n : 0;
}

static struct entry entry_at(struct bytes packed, size_t i)
{
    struct entry e;

    memcpy(&e, packed.at + i * ENTRY_BYTES, ENTRY_BYTES); /* a column of a table is not aligned */
    return e;
}

struct entry_list entries_unpack(struct arena *a, struct bytes packed)
{
    struct entry_list list = { .n = entries_in(packed) };

    list.items = arena_array(a, struct entry, list.n);
    for (size_t i = 0; i < list.n; i++)
        list.items[i] = entry_at(packed, i);
    return list;
}

/*
 * Merging: one cell for each video, in an open hash table that doubles; its size is a power of two.
 */
struct cell {
    uint32_t video, because; /* video 0: empty */
    double score, part;      /* the sum, and the largest part of it */
    bool without;
};
struct merge {
    struct arena *a;
    struct cell *cells;
    size_t n, size;
};
enum { MERGE_FIRST = 1024 };

struct merge *merge_new(struct arena *a)
{
    struct merge *m = arena_array(a, struct merge, 1);

    *m = (struct merge){ a, arena_array(a, struct cell, MERGE_FIRST), 0, MERGE_FIRST };
    return m;
}

/* The cell of the video, or the empty one where it belongs. */
static struct cell *cell_of(const struct merge *m, uint32_t video)
{
    size_t at = (video * UINT64_C(0x9e3779b97f4a7c15)) >> 32; /* Fibonacci hashing */

    while (m->cells[at & (m->size - 1)].video != video && m->cells[at & (m->size - 1)].video != 0)
        at++;
    return &m->cells[at & (m->size - 1)];
}

static void grow(struct merge *m)
{
    struct merge larger = { m->a, arena_array(m->a, struct cell, 2 * m->size), m->n, 2 * m->size };

    for (size_t i = 0; i < m->size; i++)
        if (m->cells[i].video != 0)
            *cell_of(&larger, m->cells[i].video) = m->cells[i];
    *m = larger;
}

/* NULL: there is no room for another cell, or the id is not that of a video. */
static struct cell *cell_for(struct merge *m, uint32_t video)
{
    struct cell *c = cell_of(m, video);

    if (c->video == video || m->n == MERGE_MAX)
        return c->video == video && video != 0 ? c : NULL;
    if (4 * (m->n + 1) > 3 * m->size) {
        grow(m);
        c = cell_of(m, video);
    }
    m->n++;
    c->video = video;
    return c;
}

static void add(struct merge *m, uint32_t video, uint32_t because, double part)
{
    struct cell *c = isfinite(part) ? cell_for(m, video) : NULL;

    if (c == NULL)
        return;
    c->score += part;
    if (part > c->part) {
        c->part = part;
        c->because = because;
    }
}

void merge_list(struct merge *m, struct bytes packed, double weight)
{
    for (size_t i = 0, n = entries_in(packed); i < n; i++) {
        struct entry e = entry_at(packed, i);
        add(m, e.video, e.because, weight * (double)e.score);
    }
}

void merge_neighbours(struct merge *m, uint32_t video, struct bytes packed, double weight)
{
    for (size_t i = 0, n = entries_in(packed); i < n; i++) {
        struct entry e = entry_at(packed, i);
        add(m, e.video, video, weight * (double)e.score);
    }
}

void merge_without(struct merge *m, uint32_t video)
{
    struct cell *c = cell_for(m, video);

    if (c != NULL)
        c->without = true;
}

/* Videos that dislikes weigh down to 0 or less are not offered. */
struct entry_list merge_best(struct merge *m, size_t max)
{
    struct best best = { .max = MIN_OF(max, m->n) };

    best.items = arena_array(m->a, struct entry, best.max);
    for (size_t i = 0; i < m->size; i++) {
        const struct cell *c = &m->cells[i];
        if (c->video == 0 || c->without || !(c->score > 0))
            continue;
        struct entry e = { c->video, (float)c->score, c->because };
        best_offer(&best, &e);
    }
    return (struct entry_list){ best.items, best_sort(&best) };
}

/*
 * Favourite categories and quality.
 */
static int by_category(const void *a, const void *b)
{
    const struct weighed_category *l = a, *r = b;

    return (l->category_id > r->category_id) - (l->category_id < r->category_id);
}

/* Keep the largest favourites; `top` is in order. */
static void favour(struct favourites *top, struct favourite f)
{
    size_t at = top->n;

    while (at > 0 && top->items[at - 1].share < f.share)
        at--;
    if (at == TOP_CATEGORIES)
        return;
    top->n = MIN_OF(top->n + 1, (size_t)TOP_CATEGORIES);
    memmove(&top->items[at + 1], &top->items[at], (top->n - at - 1) * sizeof(f));
    top->items[at] = f;
}

struct favourites favourites_of(struct arena *a, const struct weighed_category *rows, size_t n)
{
    struct weighed_category *sorted = arena_array(a, struct weighed_category, n);
    struct favourites top = { .n = 0 };
    double all = 0;

    if (n > 0)
        memcpy(sorted, rows, n * sizeof(*rows));
    SORT(sorted, n, by_category);
    for (size_t i = 0, next; i < n; i = next) {
        double weight = 0;
        for (next = i; next < n && sorted[next].category_id == sorted[i].category_id; next++)
            weight += sorted[next].weight;
        if (sorted[i].category_id == 0 || !(weight > 0))
            continue;
        all += weight;
        favour(&top, (struct favourite){ sorted[i].category_id, weight });
    }
    for (size_t i = 0; i < top.n; i++)
        top.items[i].share /= all;
    return top;
}

double quality_of(int64_t likes, int64_t dislikes)
{
    double given = (double)likes + (double)dislikes;

    return ((double)likes + PRIOR_LIKES) / (given + PRIOR_RATINGS) - PRIOR_LIKES / PRIOR_RATINGS;
}

/*
 * The final order.
 */
static double spread_of(const struct candidates *c)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < c->n; i++)
        sum += c->items[i].score;
    for (size_t i = 0; i < c->n; i++) {
        double off = c->items[i].score - sum / (double)c->n;
        squares += off * off;
    }
    return c->n > 0 ? sqrt(squares / (double)c->n) : 0;
}

static double share_of(const struct favourites *top, int64_t category_id)
{
    for (size_t i = 0; i < top->n; i++)
        if (top->items[i].category_id == category_id)
            return top->items[i].share;
    return 0;
}

static int by_score(const void *a, const void *b)
{
    const struct candidate *l = a, *r = b;

    if (l->score != r->score)
        return l->score < r->score ? 1 : -1;
    return (l->video > r->video) - (l->video < r->video);
}

/* Turns the model's scores into final scores, in units of their spread. */
static void score_all(struct candidates *c, const struct favourites *top)
{
    double spread = spread_of(c);

    for (size_t i = 0; i < c->n; i++) {
        struct candidate *x = &c->items[i];
        x->score = (spread > 0 ? x->score / spread : 0) +
                   OF_FAVOURITE * share_of(top, x->category_id) + OF_QUALITY * x->quality +
                   OF_FOLLOWED * x->followed;
    }
}

/* Would `next` be within the caps after the first n? */
static bool allowed(const struct candidate *chosen, size_t n, const struct candidate *next)
{
    size_t of_creator = 0, of_category = 0;

    for (size_t back = 1; back <= n && back < PER_CATEGORY_OF; back++) {
        const struct candidate *c = &chosen[n - back];
        of_creator += back < PER_CREATOR_OF && c->creator_id == next->creator_id;
        of_category += c->category_id == next->category_id;
    }
    return (next->creator_id == 0 || of_creator < PER_CREATOR_MAX) &&
           (next->category_id == 0 || of_category < PER_CATEGORY_MAX);
}

size_t rank_candidates(struct candidates *c, const struct favourites *top, size_t max)
{
    size_t n = MIN_OF(c->n, max);

    score_all(c, top);
    SORT(c->items, c->n, by_score);
    for (size_t at = 0; at < n; at++) {
        size_t pick = at;
        while (pick < c->n && !allowed(c->items, at, &c->items[pick]))
            pick++;
        if (pick == c->n)
            pick = at; /* only candidates that the caps held back are left */
        struct candidate chosen = c->items[pick];
        memmove(&c->items[at + 1], &c->items[at], (pick - at) * sizeof(chosen));
        c->items[at] = chosen;
    }
    return n;
}
