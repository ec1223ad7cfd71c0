#include "app/earned.h"

enum { FIRST_ITEMS = 64 };

void earned_add(struct arena *a, struct earned_list *list, int64_t creator_id, int64_t minor)
{
    if (list->n == list->max) {
        struct earned *old = list->items;
        list->max = MAX_OF(2 * list->max, (size_t)FIRST_ITEMS);
        list->items = arena_array(a, struct earned, list->max);
        if (list->n)
            memcpy(list->items, old, list->n * sizeof(*old));
    }
    list->items[list->n++] = (struct earned){ creator_id, minor };
}

static int by_creator(const void *x, const void *y)
{
    const struct earned *a = x, *b = y;
    return (a->creator_id > b->creator_id) - (a->creator_id < b->creator_id);
}

int64_t earned_sum(struct earned_list *list)
{
    int64_t sum = 0;
    size_t kept = 0;

    if (list->n)
        qsort(list->items, list->n, sizeof(*list->items), by_creator);
    for (size_t i = 0; i < list->n; i++) {
        const struct earned next = list->items[i];
        sum += next.minor;
        if (kept && list->items[kept - 1].creator_id == next.creator_id)
            list->items[kept - 1].minor += next.minor;
        else
            list->items[kept++] = next;
    }
    list->n = kept;
    return sum;
}
