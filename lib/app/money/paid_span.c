#include "app/money/paid_span.h"
#include "app/money/unit.h"
#include "app/money/watch_day.h"
#include "io/rows.h"

SHAPE(span_shape, struct span, COLUMN(struct span, unit_id), COLUMN(struct span, starts_ms),
      COLUMN(struct span, ends_ms), COLUMN(struct span, anchor_ms), COLUMN(struct span, fixed));
STMT(q_spans, &span_shape,
     "SELECT unit_id, starts_ms, ends_ms, anchor_ms, fixed FROM paid_span WHERE user_id = ?"
     " ORDER BY starts_ms FOR UPDATE");
STMT(q_gone, &span_shape,
     "SELECT unit_id, starts_ms, ends_ms, anchor_ms, 0 AS fixed FROM paid_span_gone"
     " WHERE unit_id = ? ORDER BY starts_ms LOCK IN SHARE MODE");
STMT(q_drop, NULL, "DELETE FROM paid_span WHERE user_id = ? AND starts_ms >= ?");
STMT(q_add, NULL,
     "INSERT INTO paid_span (user_id, starts_ms, ends_ms, unit_id, anchor_ms, fixed) SELECT"
     " user_id, starts_ms, ends_ms, unit_id, anchor_ms, fixed FROM JSON_TABLE(?, '$[*]' COLUMNS ("
     " user_id BIGINT PATH '$[0]', starts_ms BIGINT PATH '$[1]', ends_ms BIGINT PATH '$[2]',"
     " unit_id BIGINT PATH '$[3]', anchor_ms BIGINT PATH '$[4]',"
     " fixed INT PATH '$[5]')) r");
STMT(q_drop_gone, NULL, "DELETE FROM paid_span_gone WHERE unit_id = ?");
STMT(q_add_gone, NULL,
     "INSERT INTO paid_span_gone (unit_id, starts_ms, ends_ms, anchor_ms) VALUES (?, ?, ?, ?)");

enum rc paid_span_plan(struct db *db, struct arena *a, struct paid_change *c)
{
    c->lengths = arena_array(a, int64_t, c->n);
    for (size_t i = 0; i < c->n; i++) {
        c->lengths[i] = c->claims[i].longer ? -1 : c->claims[i].length_ms;
        if (c->claims[i].was == UNIT_GONE)
            TRY(DB_LIST(db, a, &q_gone, ARGS(I64(c->claims[i].unit_id)), PAID_SPANS_MAX,
                        &c->claims[i].given));
    }
    TRY(DB_LIST(db, a, &q_spans, ARGS(I64(c->user_id)), PAID_SPANS_MAX, &c->before));
    if (c->before.n == PAID_SPANS_MAX)
        return RC_INVALID;
    coverage_change(a, &c->before, c->claims, c->n, c->now_ms, c->access, &c->after);
    return RC_OK;
}

static bool is_same(const struct span *x, const struct span *y)
{
    return x->unit_id == y->unit_id && x->starts_ms == y->starts_ms && x->ends_ms == y->ends_ms &&
           x->anchor_ms == y->anchor_ms && x->fixed == y->fixed;
}

/* How many spans are the same before and after. */
static size_t same_spans(const struct paid_change *c)
{
    size_t i = 0;

    while (i < c->before.n && i < c->after.n && is_same(&c->before.items[i], &c->after.items[i]))
        i++;
    return i;
}

static enum rc write_spans(struct db *db, struct arena *a, const struct paid_change *c,
                           size_t first, int64_t from_ms)
{
    struct rows rows = { .a = a };

    for (const struct span *s = c->after.items + first; s < c->after.items + c->after.n; s++)
        rows_addf(&rows, "%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%d",
                  c->user_id, s->starts_ms, s->ends_ms, s->unit_id, s->anchor_ms, s->fixed);
    if (first < c->before.n)
        TRY(db_run(db, &q_drop, ARGS(I64(c->user_id), I64(from_ms)), NULL));
    return rows_run(db, &q_add, &rows, NULL);
}

static enum rc write_gone(struct db *db, const struct claim *k)
{
    if (k->was == k->is)
        return RC_OK;
    if (k->was == UNIT_GONE)
        TRY(db_run(db, &q_drop_gone, ARGS(I64(k->unit_id)), NULL));
    for (const struct span *s = k->given.items; s < k->given.items + k->given.n; s++)
        TRY(db_run(db, &q_add_gone,
                   ARGS(I64(s->unit_id), I64(s->starts_ms), I64(s->ends_ms), I64(s->anchor_ms)),
                   NULL));
    return RC_OK;
}

/* When a unit begins and ends now; false: it has no time. */
static bool period_of(const struct span_list *spans, int64_t unit_id, struct unit_period *out)
{
    *out = (struct unit_period){ unit_id, INT64_MAX, 0 };
    for (const struct span *s = spans->items; s < spans->items + spans->n; s++)
        if (s->unit_id == unit_id) {
            out->starts_ms = MIN_OF(out->starts_ms, s->starts_ms);
            out->ends_ms = MAX_OF(out->ends_ms, s->ends_ms);
        }
    return out->ends_ms > 0;
}

/* The units of the spans from `first` on, as they were and as they are: when they begin and end
 * now. */
static enum rc write_units(struct db *db, struct arena *a, const struct paid_change *c,
                           size_t first)
{
    const struct span_list *const lists[] = { &c->before, &c->after };
    struct unit_period *periods = arena_array(a, struct unit_period, c->before.n + c->after.n);
    size_t n = 0;

    for (size_t k = 0; k < COUNT(lists); k++)
        for (size_t i = first; i < lists[k]->n; i++)
            n += period_of(&c->after, lists[k]->items[i].unit_id, &periods[n]);
    TRY(unit_set_periods(db, a, periods, n));
    for (size_t i = 0; i < c->n; i++)
        if (c->claims[i].length_ms != c->lengths[i])
            TRY(unit_set_length(db, c->claims[i].unit_id, c->claims[i].length_ms));
    return RC_OK;
}

enum rc paid_span_write(struct db *db, struct arena *a, const struct paid_change *c)
{
    size_t first = same_spans(c);
    int64_t from_ms = INT64_MAX;

    if (first < c->before.n)
        from_ms = c->before.items[first].starts_ms;
    if (first < c->after.n)
        from_ms = MIN_OF(from_ms, c->after.items[first].starts_ms);
    if (from_ms < INT64_MAX)
        TRY(write_spans(db, a, c, first, from_ms));
    for (const struct claim *k = c->claims; k < c->claims + c->n; k++)
        TRY(write_gone(db, k));
    TRY(write_units(db, a, c, first));
    return watch_day_wait_span(db, a, c->user_id, from_ms, c->now_ms);
}

int64_t paid_span_end(const struct span_list *spans)
{
    return spans->n ? spans->items[spans->n - 1].ends_ms : 0;
}
