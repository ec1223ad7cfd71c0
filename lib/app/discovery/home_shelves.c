/* Makes the rows of home.h: which videos are where, and why. */
#include "app/discovery/home.h"
#include "app/watching/watch.h"

enum {
    ROW_MIN = 2,    /* fewest cards in a row, except in "continue watching" and the last */
    LOOKED_UP = 16, /* videos of a list for one row: some may be shown already, or deleted */
    LATEST_LOOKED_UP = 40,
    FIRST_PLACE = 35, /* the first kept place comes as if 35 % of one were due already */
};

/* The videos from which the rows choose */
struct sources {
    struct taste_ids begun, followed, hot, latest, of_category[TOP_CATEGORIES];
    struct taste_ids unproven; /* those of the favourite categories first */
};

static void append(struct taste_ids *to, const struct taste_ids *from)
{
    for (size_t i = 0; i < from->n; i++)
        to->items[to->n++] = from->items[i];
}

static struct taste_ids begun_by(struct arena *a, const struct taste *t)
{
    struct taste_ids begun = { arena_array(a, int64_t, LOOKED_UP), 0 };

    for (size_t i = 0; i < t->signals.n && begun.n < LOOKED_UP; i++) {
        const struct taste_signal *s = &t->signals.items[i];
        if (s->opinion >= 0 && s->position_ms > 0 &&
            s->position_ms * 100 < s->length_ms * WATCH_FINISHED_PERCENT)
            begun.items[begun.n++] = s->video_id;
    }
    return begun;
}

static struct sources sources_of(struct arena *a, const struct home_facts *facts)
{
    struct sources s = {
        .begun = begun_by(a, &facts->taste),
        .followed = home_unseen(a, facts, &facts->followed, LOOKED_UP),
        .hot = home_list(a, facts, LIST_HOT, 0, LOOKED_UP),
        .latest = home_unseen(a, facts, &facts->latest, LATEST_LOOKED_UP),
        .unproven = { arena_array(a, int64_t, (size_t)LOOKED_UP * (TOP_CATEGORIES + 1)), 0 },
    };

    for (size_t i = 0; i < facts->favourites.n; i++) {
        int64_t id = facts->favourites.items[i].category_id;
        struct taste_ids unproven = home_list(a, facts, LIST_UNPROVEN, id, LOOKED_UP);
        s.of_category[i] = home_list(a, facts, LIST_HOT, id, LOOKED_UP);
        append(&s.unproven, &unproven);
    }
    struct taste_ids others = home_list(a, facts, LIST_UNPROVEN, 0, LOOKED_UP);
    append(&s.unproven, &others);
    return s;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

struct taste_ids home_ids(struct arena *a, const struct home_facts *facts)
{
    struct sources s = sources_of(a, facts);
    struct taste_ids all = { arena_array(a, int64_t, HOME_ITEMS_MAX), 0 }, once = all;
    const struct taste_ids *const lists[] = { &s.begun, &s.followed, &s.hot, &s.latest,
                                              &s.unproven };

    static_assert(2 * MEMBER_LIST_MAX + LATEST_LOOKED_UP + (5 + 2 * TOP_CATEGORIES) * LOOKED_UP <=
                      HOME_ITEMS_MAX,
                  "all of them at once");
    for (size_t i = 0; i < COUNT(lists); i++)
        append(&all, lists[i]);
    for (size_t i = 0; i < facts->favourites.n; i++)
        append(&all, &s.of_category[i]);
    for (size_t i = 0; i < facts->best.n; i++) {
        all.items[all.n++] = facts->best.items[i].video;
        all.items[all.n++] = facts->best.items[i].because;
    }
    SORT(all.items, all.n, by_id);
    for (size_t i = 0; i < all.n; i++)
        if (all.items[i] != 0 && (i == 0 || all.items[i] != all.items[i - 1]))
            once.items[once.n++] = all.items[i];
    return once;
}

/* Making rows */

static struct home_item *item_of(const struct home_facts *facts, int64_t id)
{
    size_t low = 0, high = facts->items.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (facts->items.items[middle].v.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < facts->items.n && facts->items.items[low].v.id == id;
    return is_there ? &facts->items.items[low] : NULL;
}

/* The item with this id, if it may be offered in one more row; else NULL. */
static struct home_item *offered(const struct home_facts *facts, int64_t id)
{
    struct home_item *item = item_of(facts, id);
    bool own = item && facts->user_id && item->v.user_id == facts->user_id;

    return item && !own && !item->shown && !item->seen_before ? item : NULL;
}

static bool is_followed(const struct home_facts *facts, int64_t user_id)
{
    for (size_t i = 0; i < facts->taste.follows.n; i++)
        if (facts->taste.follows.items[i] == user_id)
            return true;
    return false;
}

static bool is_favourite(const struct home_facts *facts, int64_t category_id)
{
    for (size_t i = 0; i < facts->favourites.n; i++)
        if (facts->favourites.items[i].category_id == category_id)
            return true;
    return false;
}

static int64_t opinion_of(const struct home_facts *facts, int64_t video_id)
{
    for (size_t i = 0; i < facts->taste.signals.n; i++)
        if (facts->taste.signals.items[i].video_id == video_id)
            return facts->taste.signals.items[i].opinion;
    return 0;
}

static struct home_card explained(const struct home_facts *facts, const struct home_item *item,
                                  uint32_t because)
{
    const struct home_item *reason = because ? item_of(facts, because) : NULL;
    int64_t opinion = reason ? opinion_of(facts, because) : 0;

    if (is_followed(facts, item->v.user_id))
        return (struct home_card){ item, WHY_FOLLOWED, NULL };
    if (reason && opinion >= 0)
        return (struct home_card){ item, opinion > 0 ? WHY_LIKED : WHY_WATCHED, reason };
    if (because)
        return (struct home_card){ item, WHY_TASTE, NULL };
    if (is_favourite(facts, item->v.category_id))
        return (struct home_card){ item, WHY_CATEGORY, NULL };
    return (struct home_card){ item, WHY_POPULAR, NULL };
}

static void show(struct home_shelf *row, struct home_item *item, struct home_card card)
{
    item->shown = true;
    row->items[row->n++] = card;
}

/* Cut a row to full lines, or to one line that is not full; later rows may have what is cut off. */
static void end_row(const struct home_facts *facts, struct home_shelf *row, size_t min)
{
    size_t n = row->n > HOME_COLUMNS ? row->n / HOME_COLUMNS * HOME_COLUMNS : row->n;

    n = n < min ? 0 : n;
    while (row->n > n) {
        struct home_item *item = item_of(facts, row->items[--row->n].item->v.id);
        assert(item); /* every card shows one of them */
        item->shown = false;
    }
}

/* Fill the row with the first videos of `from` that may be offered. */
static void fill(const struct home_facts *facts, const struct taste_ids *from, size_t max,
                 enum home_why why, struct home_shelf *row)
{
    for (size_t i = 0; i < from->n && row->n < max; i++) {
        struct home_item *item = offered(facts, from->items[i]);
        if (item)
            show(row, item, (struct home_card){ item, why, NULL });
    }
}

static struct home_shelf row_of(struct arena *a, const struct home_facts *facts,
                                const struct taste_ids *from, size_t max, size_t min)
{
    struct home_shelf row = { arena_array(a, struct home_card, max), 0 };

    fill(facts, from, max, WHY_NONE, &row);
    end_row(facts, &row, min);
    return row;
}

/* "Continue watching": these videos have been seen, so they are not offered, only kept at hand. */
static struct home_shelf begun_row(struct arena *a, const struct home_facts *facts,
                                   const struct taste_ids *begun)
{
    struct home_shelf row = { arena_array(a, struct home_card, HOME_UNFINISHED), 0 };

    for (size_t i = 0; i < begun->n && row.n < HOME_UNFINISHED; i++) {
        struct home_item *item = item_of(facts, begun->items[i]);
        if (item)
            show(&row, item, (struct home_card){ item, WHY_NONE, NULL });
    }
    return row;
}

/* For you */

static struct candidates candidates_of(struct arena *a, const struct home_facts *facts)
{
    struct candidates c = { arena_array(a, struct candidate, facts->best.n), 0 };

    for (size_t i = 0; i < facts->best.n; i++) {
        const struct entry *e = &facts->best.items[i];
        const struct home_item *item = offered(facts, e->video);
        if (item)
            c.items[c.n++] = (struct candidate){ e->video,
                                                 e->because,
                                                 item->v.user_id,
                                                 item->v.category_id,
                                                 (double)e->score,
                                                 quality_of(item->v.likes, item->v.dislikes),
                                                 is_followed(facts, item->v.user_id) };
    }
    c.n = rank_candidates(&c, &facts->favourites, c.n);
    return c;
}

/* Would one more video of this creator be within the cap? Checked here, too, because videos in kept
 * places come between the ranked ones. */
static bool fits(const struct home_shelf *row, const struct home_item *item)
{
    size_t of_creator = 0;

    for (size_t back = 1; back <= row->n && back < PER_CREATOR_OF; back++)
        of_creator += row->items[row->n - back].item->v.user_id == item->v.user_id;
    return of_creator < PER_CREATOR_MAX;
}

static bool is_kept(size_t place, int64_t percent)
{
    int64_t before = (int64_t)place * percent + FIRST_PLACE;

    return (before + percent) / 100 > before / 100;
}

static bool show_unproven(const struct home_facts *facts, const struct taste_ids *unproven,
                          struct home_shelf *row)
{
    for (size_t i = 0; i < unproven->n; i++) {
        struct home_item *item = offered(facts, unproven->items[i]);
        if (item && fits(row, item)) {
            show(row, item, (struct home_card){ item, WHY_UNPROVEN, NULL });
            return true;
        }
    }
    return false;
}

/* Show the next candidate that fits, or just the next one if none does. */
static bool show_best(const struct home_facts *facts, const struct candidates *c,
                      struct home_shelf *row)
{
    const struct candidate *next = NULL;

    for (size_t i = 0; i < c->n; i++) {
        const struct home_item *item = offered(facts, c->items[i].video);
        if (item && next == NULL)
            next = &c->items[i];
        if (item && fits(row, item)) {
            next = &c->items[i];
            break;
        }
    }
    if (next == NULL)
        return false;
    struct home_item *item = item_of(facts, next->video);
    show(row, item, explained(facts, item, next->because));
    return true;
}

static struct home_shelf for_you(struct arena *a, const struct home_facts *facts,
                                 const struct candidates *c, const struct taste_ids *unproven)
{
    struct home_shelf row = { arena_array(a, struct home_card, HOME_FOR_YOU), 0 };
    bool more = true;

    while (more && row.n < HOME_FOR_YOU)
        more = (is_kept(row.n, facts->unproven_percent) && show_unproven(facts, unproven, &row)) ||
               show_best(facts, c, &row);
    end_row(facts, &row, ROW_MIN);
    return row;
}

/* The row of one category: the remaining best videos for the member, then popular ones. */
static struct home_shelf of_category(struct arena *a, const struct home_facts *facts,
                                     const struct candidates *c, int64_t category_id,
                                     const struct taste_ids *popular)
{
    struct home_shelf row = { arena_array(a, struct home_card, HOME_CATEGORY), 0 };

    for (size_t i = 0; i < c->n && row.n < HOME_CATEGORY; i++) {
        struct home_item *item = offered(facts, c->items[i].video);
        if (item && item->v.category_id == category_id)
            show(&row, item, explained(facts, item, c->items[i].because));
    }
    fill(facts, popular, HOME_CATEGORY, WHY_CATEGORY, &row);
    end_row(facts, &row, ROW_MIN);
    return row;
}

void home_shelves(struct arena *a, struct home_facts *facts, struct home *out)
{
    bool member = facts->user_id != 0;
    struct sources s = sources_of(a, facts);

    /* Earlier rows choose first; this is not the order on the page. */
    out->unfinished = begun_row(a, facts, &s.begun);
    out->followed = row_of(a, facts, &s.followed, HOME_FOLLOWED, ROW_MIN);
    struct candidates c = candidates_of(a, facts);
    out->for_you = for_you(a, facts, &c, &s.unproven);
    out->hot = row_of(a, facts, &s.hot, HOME_HOT, ROW_MIN);
    for (size_t i = 0; i < facts->favourites.n; i++) {
        struct home_shelf row = of_category(a, facts, &c, facts->favourites.items[i].category_id,
                                            &s.of_category[i]);
        if (row.n)
            out->categories[out->n_categories++] = row;
    }
    out->latest = row_of(a, facts, &s.latest, member ? HOME_LATEST : HOME_LATEST_ALONE, 1);
    out->ask = member && facts->taste.asked_ms == 0 && facts->taste.signals.n == 0 &&
               facts->taste.follows.n == 0;
    out->is_empty = facts->latest.n == 0;
    out->seen_all = !out->is_empty && out->for_you.n + out->followed.n + out->hot.n +
                                              out->n_categories + out->latest.n ==
                                          0;
    out->taste = facts->taste;
}
