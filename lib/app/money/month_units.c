#include "app/money/month_units.h"
#include "app/money/month.h"

SHAPE(unit_shape, struct month_unit, COLUMN(struct month_unit, id),
      COLUMN(struct month_unit, net_minor), COLUMN(struct month_unit, seconds),
      COLUMN(struct month_unit, given_minor), COLUMN(struct month_unit, share_bp));
SHAPE(share_shape, struct unit_share, COLUMN(struct unit_share, unit_id),
      COLUMN(struct unit_share, creator_id), COLUMN(struct unit_share, seconds));

#define WATCHED                                                                                    \
    " FROM unit u JOIN policy p ON p.id = u.policy_id AND (p.rule = 'scaled' OR ?)"                \
    " AND u.currency = (SELECT currency FROM ledger_currency WHERE id = 1)"                        \
    " AND u.idle_minor = 0 AND u.seconds >= GREATEST(p.min_unit_seconds, 1)"
STMT(q_units, &unit_shape,
     "SELECT u.id, u.net_minor, u.seconds, u.creators_minor AS given_minor, p.share_bp" WATCHED
     " WHERE u.settled_ms >= ? AND u.settled_ms < ? AND u.id > ? ORDER BY u.id LIMIT 10000");
STMT(q_shares, &share_shape,
     "SELECT s.unit_id, s.creator_id, s.seconds" WATCHED " JOIN unit_share s ON s.unit_id = u.id"
     " WHERE u.settled_ms >= ? AND u.settled_ms < ? AND s.unit_id > ?"
     " ORDER BY s.unit_id, s.creator_id LIMIT 10000");
static_assert(DB_ROWS_MAX == 10000, "stands in the statements");

static void append(struct arena *a, struct month_unit_list *to, const struct month_unit_list *page)
{
    if (to->n + page->n > to->max) {
        struct month_unit *old = to->items;
        to->max = MAX_OF(2 * to->max, to->n + page->n);
        to->items = arena_array(a, struct month_unit, to->max);
        if (to->n)
            memcpy(to->items, old, to->n * sizeof(*old));
    }
    if (page->n)
        memcpy(to->items + to->n, page->items, page->n * sizeof(*page->items));
    to->n += page->n;
}

enum rc month_units(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                    struct month_unit_list *out)
{
    struct month_unit_list page;
    int64_t from_ms, to_ms, after = 0;

    *out = (struct month_unit_list){ 0 };
    month_span(month, &from_ms, &to_ms);
    do {
        TRY(DB_LIST(db, a, &q_units, ARGS(I64(!scaled_only), I64(from_ms), I64(to_ms), I64(after)),
                    DB_ROWS_MAX, &page));
        append(a, out, &page);
        after = page.n ? page.items[page.n - 1].id : 0;
    } while (page.n == DB_ROWS_MAX);
    return RC_OK;
}

struct contribution *month_contributions(struct arena *a, const struct month_unit_list *units)
{
    struct contribution *all = arena_array(a, struct contribution, units->n);

    for (size_t i = 0; i < units->n; i++)
        all[i] = (struct contribution){ .id = units->items[i].id,
                                        .net = units->items[i].net_minor,
                                        .seconds = units->items[i].seconds };
    return all;
}

/* How many rows of a page belong to units that are complete in it. */
static size_t whole_units(const struct unit_share_list *page)
{
    size_t n = page->n;

    if (n < DB_ROWS_MAX)
        return n;
    while (page->items[n - 1].unit_id == page->items[page->n - 1].unit_id)
        n--; /* a unit has fewer rows than a page */
    return n;
}

enum rc month_watched(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                      enum rc (*page)(struct db *db, void *arg, const struct unit_share *shares,
                                      size_t n),
                      void *arg)
{
    struct unit_share_list rows;
    int64_t from_ms, to_ms, after = 0;

    month_span(month, &from_ms, &to_ms);
    do {
        TRY(DB_LIST(db, a, &q_shares, ARGS(I64(!scaled_only), I64(from_ms), I64(to_ms), I64(after)),
                    DB_ROWS_MAX, &rows));
        size_t n = whole_units(&rows);
        TRY(page(db, arg, rows.items, n));
        after = n ? rows.items[n - 1].unit_id : 0;
    } while (rows.n == DB_ROWS_MAX);
    return RC_OK;
}

size_t month_unit_end(const struct unit_share *shares, size_t n, size_t from)
{
    size_t to = from;

    while (to < n && shares[to].unit_id == shares[from].unit_id)
        to++;
    return to;
}

struct part *month_divide(struct arena *a, int64_t minor, const struct unit_share *shares, size_t n)
{
    struct part *parts = arena_array(a, struct part, n);

    for (size_t i = 0; i < n; i++)
        parts[i] = (struct part){ .id = shares[i].creator_id, .weight = shares[i].seconds };
    divide_by_weight(minor, parts, n);
    return parts;
}
