#include "app/rows.h"

void rows_begin(struct rows *r, struct arena *a, size_t rows_max)
{
    *r = (struct rows){ .a = a, .max = rows_max / ROWS_MAX + 1 };
    r->texts = arena_array(a, struct sb, r->max);
}

struct sb *rows_next(struct rows *r)
{
    if (r->rows++ % ROWS_MAX == 0) {
        assert(r->n < r->max);
        r->texts[r->n++] = (struct sb){ .a = r->a };
    }
    struct sb *o = &r->texts[r->n - 1];
    sb_str(o, o->len ? "," : "[");
    return o;
}

void rows_end(struct rows *r)
{
    for (size_t i = 0; i < r->n; i++)
        SB_LIT(&r->texts[i], "]");
}
