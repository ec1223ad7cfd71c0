#include "base/words.h"
#include "base/str.h"

const char *words_at(const struct words *w, int64_t value)
{
    assert(value >= 0 && (size_t)value < w->n && w->items[value]);
    return w->items[value];
}

bool words_find(const struct words *w, const char *s, int *value)
{
    *value = 0;
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->items[i], s)) {
            *value = (int)i;
            return true;
        }
    return false;
}
