#include "reco/history.h"

static int most_recent_first(const void *a, const void *b)
{
    const struct moment *l = a, *r = b;

    if (l->at_s != r->at_s)
        return l->at_s < r->at_s ? 1 : -1;
    return (l->row > r->row) - (l->row < r->row);
}

size_t history_order(const struct feedback *rows, size_t n, struct moment *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (struct moment){ rows[i].at_s, (uint32_t)i, 0 };
    SORT(out, n, most_recent_first);
    n = MIN_OF(n, (size_t)FEEDBACK_PER_MEMBER_MAX);
    for (size_t i = 1; i < n; i++)
        out[i].newer = out[i].at_s == out[i - 1].at_s ? out[i - 1].newer : (uint32_t)i;
    return n;
}

size_t history_length(const struct feedback_list *all, size_t from)
{
    size_t end = from;

    while (end < all->n && all->items[end].member == all->items[from].member)
        end++;
    return end - from;
}
