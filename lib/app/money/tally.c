#include "app/money/tally.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "io/rows.h"

enum { FIRST_ITEMS = 64 };

struct named {
    int64_t n;
    const char *handle;
};
struct named_list {
    struct named *items;
    size_t n;
};
SHAPE(named_shape, struct named, COLUMN(struct named, n), COLUMN(struct named, handle));
STMT(q_handles, &named_shape,
     "SELECT r.n, u.handle FROM JSON_TABLE(?, '$[*]' COLUMNS (n BIGINT PATH '$[0]',"
     " id BIGINT PATH '$[1]')) r JOIN user u ON u.id = r.id");

static int by_creator(const void *x, const void *y)
{
    const struct tally *a = x, *b = y;
    return (a->creator_id > b->creator_id) - (a->creator_id < b->creator_id);
}

int64_t tally_sum(struct tally_list *list)
{
    int64_t sum = 0;
    size_t kept = 0;

    SORT(list->items, list->n, by_creator);
    for (size_t i = 0; i < list->n; i++) {
        const struct tally next = list->items[i];
        sum += next.minor;
        if (kept && list->items[kept - 1].creator_id == next.creator_id)
            list->items[kept - 1].minor += next.minor;
        else
            list->items[kept++] = next;
    }
    list->n = kept;
    return sum;
}

static void grow(struct arena *a, struct tally_list *list)
{
    struct tally *old = list->items;

    list->max = MAX_OF(2 * list->max, (size_t)FIRST_ITEMS);
    list->items = arena_array(a, struct tally, list->max);
    if (list->n)
        memcpy(list->items, old, list->n * sizeof(*old));
}

void tally_add(struct arena *a, struct tally_list *list, int64_t creator_id, int64_t minor)
{
    if (list->n == list->max) {
        tally_sum(list); /* so that the list grows with the creators, not with what is added */
        if (2 * list->n >= list->max)
            grow(a, list);
    }
    list->items[list->n++] = (struct tally){ creator_id, minor };
}

enum rc tally_handles(struct db *db, struct arena *a, const struct tally_list *list,
                      const char ***handles)
{
    struct rows rows = { .a = a };
    struct named_list named;

    *handles = arena_array(a, const char *, list->n);
    for (size_t i = 0; i < list->n; i++) {
        (*handles)[i] = "";
        rows_addf(&rows, "%zu,%" PRId64, i, list->items[i].creator_id);
    }
    TRY(ROWS_LIST(db, a, &q_handles, &rows, &named));
    for (size_t i = 0; i < named.n; i++)
        (*handles)[named.items[i].n] = named.items[i].handle;
    return RC_OK;
}

enum rc tally_table(struct db *db, struct arena *a, const struct tally_list *list,
                    const char *currency, const char **text)
{
    struct sb o = { .a = a };
    const char **handles;

    TRY(tally_handles(db, a, list, &handles));
    for (size_t i = 0; i < list->n; i++)
        sb_addf(&o, "  %-30s %16s\n", handles[i], fmt_money(a, list->items[i].minor, currency));
    *text = o.buf ? o.buf : "";
    return RC_OK;
}
