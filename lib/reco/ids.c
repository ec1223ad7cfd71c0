#include "reco/ids.h"

struct id_cell {
    uint32_t id, at; /* id 0: empty */
};
enum { IDS_FIRST = 1 << 16 };

static struct id_cell *cell_of(const struct ids *s, uint32_t id)
{
    size_t at = (id * UINT64_C(0x9e3779b97f4a7c15)) >> 32; /* Fibonacci hashing */

    while (s->cells[at & (s->size - 1)].id != id && s->cells[at & (s->size - 1)].id != 0)
        at++;
    return &s->cells[at & (s->size - 1)];
}

static enum rc resize(struct ids *s, size_t size)
{
    struct ids larger = { NULL, s->n, calloc(size, sizeof(*larger.cells)), size };

    if (larger.cells == NULL)
        return RC_FULL;
    for (size_t i = 0; i < s->size; i++)
        if (s->cells[i].id != 0)
            *cell_of(&larger, s->cells[i].id) = s->cells[i];
    free(s->cells);
    s->cells = larger.cells;
    s->size = size;
    return RC_OK;
}

static int by_id(const void *a, const void *b)
{
    uint32_t l = *(const uint32_t *)a, r = *(const uint32_t *)b;

    return (l > r) - (l < r);
}

/* Puts the ids of the table in order, and into the table the place of each. */
static enum rc order(struct ids *s)
{
    size_t n = 0;

    s->id = malloc((s->n + 1) * sizeof(*s->id));
    if (s->id == NULL)
        return RC_FULL;
    for (size_t i = 0; i < s->size; i++)
        if (s->cells[i].id != 0)
            s->id[n++] = s->cells[i].id;
    SORT(s->id, n, by_id);
    for (size_t i = 0; i < n; i++)
        cell_of(s, s->id[i])->at = (uint32_t)i;
    return RC_OK;
}

enum rc ids_of(const struct feedback_list *all, struct ids *out)
{
    enum rc rc;

    *out = (struct ids){ 0 };
    rc = resize(out, IDS_FIRST);
    for (size_t i = 0; rc == RC_OK && i < all->n; i++) {
        struct id_cell *c = cell_of(out, all->items[i].video);
        if (c->id != 0)
            continue;
        c->id = all->items[i].video;
        if (2 * ++out->n > out->size)
            rc = resize(out, 2 * out->size);
    }
    if (rc == RC_OK)
        rc = order(out);
    if (rc != RC_OK)
        ids_free(out);
    return rc;
}

void ids_free(struct ids *s)
{
    free(s->id);
    free(s->cells);
    *s = (struct ids){ 0 };
}

size_t ids_find(const struct ids *s, uint32_t id)
{
    const struct id_cell *c = id != 0 ? cell_of(s, id) : NULL;

    return c != NULL && c->id == id ? c->at : IDS_NONE;
}
