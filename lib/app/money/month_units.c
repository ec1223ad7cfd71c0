#include "app/money/month_units.h"
#include "app/money/month.h"

enum { PAGE_ARENA_BYTES = 16 << 20 }; /* a page of shares, and what its reader makes of it */

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
STMT(q_count, &number_shape,
     "SELECT COUNT(*) AS n" WATCHED " WHERE u.settled_ms >= ? AND u.settled_ms < ?");
STMT(q_shares, &share_shape,
     "SELECT s.unit_id, s.creator_id, s.seconds" WATCHED " JOIN unit_share s ON s.unit_id = u.id"
     " WHERE u.settled_ms >= ? AND u.settled_ms < ? AND s.unit_id > ?"
     " ORDER BY s.unit_id, s.creator_id LIMIT 10000");
static_assert(DB_ROWS_MAX == 10000, "stands in the statements");

struct month_unit_page {
    struct month_unit *items;
    size_t n;
};

static enum rc read_units(struct db *db, struct arena *page_arena, const struct arg *args,
                          struct month_unit_list *to)
{
    struct month_unit_page page;

    TRY(DB_LIST(db, page_arena, &q_units, args, DB_ROWS_MAX, &page));
    assert(to->n + page.n <= to->max);
    if (page.n)
        memcpy(to->items + to->n, page.items, page.n * sizeof(*page.items));
    to->n += page.n;
    return RC_OK;
}

enum rc month_units(struct db *db, struct arena *a, int64_t month, bool scaled_only,
                    struct month_unit_list *out)
{
    struct arena *page = arena_new(PAGE_ARENA_BYTES);
    int64_t from_ms, to_ms, n = 0;
    enum rc rc;

    month_span(month, &from_ms, &to_ms);
    rc = db_number(db, a, &q_count, ARGS(I64(!scaled_only), I64(from_ms), I64(to_ms)), &n);
    *out = (struct month_unit_list){ arena_array(a, struct month_unit, (size_t)n), 0, (size_t)n };
    while (rc == RC_OK && out->n < out->max) {
        int64_t after = out->n ? out->items[out->n - 1].id : 0;
        size_t before = out->n;
        arena_reset(page);
        rc = read_units(db, page, ARGS(I64(!scaled_only), I64(from_ms), I64(to_ms), I64(after)),
                        out);
        if (rc == RC_OK && out->n == before)
            rc = RC_BUSY; /* read outside of a transaction, and they have changed */
    }
    arena_free(page);
    return rc;
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

enum rc month_watched(struct db *db, int64_t month, bool scaled_only,
                      enum rc (*page)(struct db *db, struct arena *a, void *arg,
                                      const struct unit_share *shares, size_t n),
                      void *arg)
{
    struct arena *a = arena_new(PAGE_ARENA_BYTES);
    struct unit_share_list rows;
    int64_t from_ms, to_ms, after = 0;
    enum rc rc;

    month_span(month, &from_ms, &to_ms);
    do {
        arena_reset(a);
        rc = DB_LIST(db, a, &q_shares,
                     ARGS(I64(!scaled_only), I64(from_ms), I64(to_ms), I64(after)), DB_ROWS_MAX,
                     &rows);
        size_t n = rc == RC_OK ? whole_units(&rows) : 0;
        rc = rc == RC_OK ? page(db, a, arg, rows.items, n) : rc;
        after = n ? rows.items[n - 1].unit_id : 0;
    } while (rc == RC_OK && rows.n == DB_ROWS_MAX);
    arena_free(a);
    return rc;
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
