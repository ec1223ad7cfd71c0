#include "io/rows.h"
#include "base/sb.h"
#include <stdarg.h>

enum { ROW_MAX_BYTES = 1000, PAGES_MAX = ROWS_MAX / ROWS_PAGE };

static struct sb *page_of_next_row(struct rows *r)
{
    size_t page = r->n / ROWS_PAGE;

    assert(r->n < ROWS_MAX);
    if (page >= r->pages_max) {
        struct sb *old = r->pages;
        r->pages_max = MAX_OF(2 * r->pages_max, 4);
        r->pages = arena_array(r->a, struct sb, r->pages_max);
        if (page)
            memcpy(r->pages, old, page * sizeof(*old));
    }
    struct sb *o = &r->pages[page];
    o->a = r->a;
    return o;
}

void rows_addf(struct rows *r, const char *fmt, ...)
{
    struct sb *o = page_of_next_row(r);
    char row[ROW_MAX_BYTES];
    va_list values;

    va_start(values, fmt);
    int n = vsnprintf(row, sizeof(row), fmt, values);
    va_end(values);
    assert(n > 0 && n < ROW_MAX_BYTES);
    sb_str(o, o->len ? ",[" : "[[");
    sb_add(o, row, (size_t)n);
    SB_LIT(o, "]");
    if (++r->n % ROWS_PAGE == 0)
        SB_LIT(o, "]");
}

const char *rows_page(struct rows *r, size_t i)
{
    if (i * ROWS_PAGE >= r->n)
        return NULL;
    struct sb *o = &r->pages[i];
    return r->n / ROWS_PAGE > i ? o->buf : arena_printf(r->a, "%s]", o->buf);
}

enum rc rows_run(struct db *db, const struct stmt *q, struct rows *r, int64_t *changed)
{
    int64_t sum = 0, one;
    const char *page;

    for (size_t i = 0; (page = rows_page(r, i)); i++) {
        TRY(db_run(db, q, ARGS(STR(page)), &one));
        sum += one;
    }
    if (changed)
        *changed = sum;
    return RC_OK;
}

enum rc rows_all(struct db *db, struct arena *a, const struct stmt *q, struct rows *r, void **items,
                 size_t *n)
{
    size_t each = q->shape->size, found;
    char *all = arena_alloc_n(a, r->n, each);
    const char *page;
    void *some;

    *n = 0;
    for (size_t i = 0; (page = rows_page(r, i)); i++) {
        TRY(db_all(db, a, q, ARGS(STR(page)), ROWS_PAGE, &some, &found));
        if (found)
            memcpy(all + *n * each, some, found * each);
        *n += found;
    }
    *items = all;
    return RC_OK;
}
