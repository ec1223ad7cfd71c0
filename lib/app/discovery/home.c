/* The steps of home.h up to the candidates of "for you"; home_read.c reads the facts,
 * home_shelves.c makes the rows. */
#include "app/discovery/home.h"
#include "app/discovery/exposure.h"

#include <math.h>

enum {
    POPULAR_MAX = 60,  /* candidates in addition to those of the model */
    POPULAR_EACH = 20, /* of these, from one list */
};

/* The model's share of the score if it hardly or surely knows a member; popularity has the rest. */
static const double HARDLY = 0.05, SURELY = 0.99;

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

void home_know(struct arena *a, struct home_facts *facts)
{
    const struct taste_signals *signals = &facts->taste.signals;
    struct taste_ids *seen = &facts->seen;

    *seen = (struct taste_ids){ arena_array(a, int64_t, signals->n), 0 };
    for (size_t i = 0; i < signals->n; i++)
        if (taste_has_seen(&signals->items[i], facts->now_ms))
            seen->items[seen->n++] = signals->items[i].video_id;
    SORT(seen->items, seen->n, by_id);
    facts->favourites = taste_favourites(a, &facts->taste);
}

/* The number of signals that are newer than the list made for the member. */
static size_t newer_of(const struct taste *t)
{
    size_t n = 0;

    while (n < MIN_OF(t->signals.n, (size_t)HOME_RECENT) &&
           t->signals.items[n].at_ms > MAX_OF(t->list_ms, t->from_ms))
        n++;
    return n;
}

size_t home_keys(const struct home_facts *facts, struct list_key *keys)
{
    const struct taste *t = &facts->taste;
    size_t n = 0, newer = newer_of(t);

    keys[n++] = (struct list_key){ LIST_HOT, 0 };
    if (facts->user_id == 0)
        return n;
    keys[n++] = (struct list_key){ LIST_READING, 0 };
    keys[n++] = (struct list_key){ LIST_MEMBER, facts->user_id };
    keys[n++] = (struct list_key){ LIST_UNPROVEN, 0 };
    for (size_t i = 0; i < facts->favourites.n; i++) {
        keys[n++] = (struct list_key){ LIST_HOT, facts->favourites.items[i].category_id };
        keys[n++] = (struct list_key){ LIST_UNPROVEN, facts->favourites.items[i].category_id };
    }
    for (size_t i = 0; i < newer; i++)
        keys[n++] = (struct list_key){ LIST_NEIGHBOURS, t->signals.items[i].video_id };
    assert(n <= LIST_KEYS_MAX);
    return n;
}

struct taste_ids home_unseen(struct arena *a, const struct home_facts *facts,
                             const struct taste_ids *ids, size_t max)
{
    const struct taste_ids *seen = &facts->seen;
    struct taste_ids out = { arena_array(a, int64_t, max), 0 };

    for (size_t i = 0; i < ids->n && out.n < max; i++)
        if (!LOOK_UP(&ids->items[i], seen->items, seen->n, by_id))
            out.items[out.n++] = ids->items[i];
    return out;
}

struct taste_ids home_list(struct arena *a, const struct home_facts *facts, enum list_kind kind,
                           int64_t id, size_t max)
{
    struct entry_list list = entries_unpack(a, recommend_list(&facts->lists, kind, id).packed);
    struct taste_ids ids = { arena_array(a, int64_t, list.n), 0 };

    if (list.n == 0 && kind == LIST_HOT && id == 0)
        return home_unseen(a, facts, &facts->hot, max);
    while (ids.n < list.n) {
        ids.items[ids.n] = list.items[ids.n].video;
        ids.n++;
    }
    return home_unseen(a, facts, &ids, max);
}

/* Merging */

/* Merge the list made for the member, whose weight falls with every newer signal, and the
 * neighbours of the newer signals. */
static void merge_model(const struct home_facts *facts, const double *weights,
                        const struct reading *how, struct merge *m)
{
    const struct taste *t = &facts->taste;
    size_t newer = newer_of(t);

    for (size_t i = 0; i < facts->seen.n; i++)
        merge_without(m, (uint32_t)facts->seen.items[i]);
    for (size_t i = 0; i < newer; i++) {
        int64_t id = t->signals.items[i].video_id;
        merge_neighbours(m, (uint32_t)id, recommend_list(&facts->lists, LIST_NEIGHBOURS, id).packed,
                         weights[i]);
    }
    if (t->list_ms > t->from_ms) { /* if not, it is from before a reset */
        double age = how->half_life > 0 ? exp2(-(double)newer / (double)how->half_life) : 1;
        merge_list(m, recommend_list(&facts->lists, LIST_MEMBER, facts->user_id).packed,
                   fmax(age, (double)how->least));
    }
}

/* Popular videos: taken in turn from followed creators' news and each favourite category, then from
 * all videos. Returns their number. */
static size_t popular(struct arena *a, const struct home_facts *facts, struct entry *out)
{
    struct taste_ids lists[TOP_CATEGORIES + 1] = { facts->followed };
    struct taste_ids all = home_list(a, facts, LIST_HOT, 0, POPULAR_EACH);
    size_t n = 0, lists_n = 1;

    for (size_t i = 0; i < facts->favourites.n; i++)
        lists[lists_n++] = home_list(a, facts, LIST_HOT, facts->favourites.items[i].category_id,
                                     POPULAR_EACH);
    for (size_t at = 0; at < POPULAR_EACH; at++)
        for (size_t i = 0; i < lists_n && n < POPULAR_MAX; i++)
            if (at < lists[i].n)
                out[n++].video = (uint32_t)lists[i].items[at];
    for (size_t at = 0; at < all.n && n < POPULAR_MAX; at++)
        out[n++].video = (uint32_t)all.items[at];
    return n;
}

/* Add popular videos to the model's candidates; the better a member is known, the less they
 * count. */
static void merge_popular(struct arena *a, const struct home_facts *facts, size_t known,
                          struct merge *m)
{
    struct entry entries[POPULAR_MAX] = { { 0 } };
    struct entry_list best = merge_best(m, 1);
    double sure = known < HOME_UNSURE ? HARDLY
                  : known < HOME_SURE ? (double)known / ((double)known + 5)
                                      : SURELY;
    size_t n = popular(a, facts, entries);

    for (size_t i = 0; i < n; i++)
        entries[i].score = 1 - (float)i / POPULAR_MAX;
    merge_list(m, entries_pack(a, entries, n),
               (best.n ? (double)best.items[0].score : 1) * (1 - sure) / sure);
}

void home_merge(struct arena *a, struct home_facts *facts)
{
    struct reading how = recommend_reading(&facts->lists);
    const double *weights = taste_weights(a, &facts->taste, &how);
    size_t known = taste_counted(&facts->taste, weights);
    struct merge *m = merge_new(a);

    facts->best = (struct entry_list){ NULL, 0 };
    if (known + facts->favourites.n + facts->taste.follows.n == 0)
        return; /* nothing is known about the member */
    merge_model(facts, weights, &how, m);
    merge_popular(a, facts, known, m);
    facts->best = merge_best(m, MEMBER_LIST_MAX);
}

void home_shown(const struct home *home, int64_t now_ms)
{
    int64_t ids[EXPOSURE_AT_ONCE_MAX];
    size_t n = 0;

    for (size_t i = 0; i < home->for_you.n; i++)
        ids[n++] = home->for_you.items[i].item->v.id;
    for (size_t i = 0; i < home->n_categories; i++)
        for (size_t k = 0; k < home->categories[i].n; k++)
            ids[n++] = home->categories[i].items[k].item->v.id;
    static_assert(HOME_FOR_YOU + TOP_CATEGORIES * HOME_CATEGORY <= EXPOSURE_AT_ONCE_MAX,
                  "all of a page");
    if (n)
        exposure_shown(now_ms, ids, n);
}
