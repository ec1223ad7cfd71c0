#include "reco/best.h"

/* Let `e` sink from the top of a heap of n - 1 entries until everything below it is better. */
static void sink(struct entry *heap, size_t n, const struct entry *e)
{
    size_t at = 0;

    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && entry_before(&heap[child], &heap[child + 1]))
            child++;
        if (!entry_before(e, &heap[child]))
            break;
        heap[at] = heap[child];
    }
    heap[at] = *e;
}

void best_put(struct best *b, const struct entry *e)
{
    if (b->n == b->max) {
        sink(b->items, b->n, e);
        return;
    }
    size_t at = b->n++;
    for (size_t above; at > 0; at = above) {
        above = (at - 1) / 2;
        if (!entry_before(&b->items[above], e))
            break;
        b->items[at] = b->items[above];
    }
    b->items[at] = *e;
}

size_t best_sort(struct best *b)
{
    for (size_t n = b->n; n > 1; n--) {
        struct entry worst = b->items[0], last = b->items[n - 1];
        sink(b->items, n - 1, &last);
        b->items[n - 1] = worst;
    }
    return b->n;
}
