#include "app/money/coverage.h"
#include "base/clock.h"

/* Where the next span begins, and from where its months are counted. */
struct cursor {
    int64_t at_ms, anchor_ms;
};

struct layout {
    int64_t now_ms;
    bool access;
    struct claim *claims;
    size_t n_claims;
    struct span_list out;
};

static int64_t month_after(const struct cursor *c)
{
    int months = clock_months_between(c->anchor_ms, c->at_ms);

    assert(months >= 0);
    return clock_add_months(c->anchor_ms, months + 1);
}

static struct cursor cursor_at(int64_t at_ms, int64_t anchor_ms)
{
    int months = clock_months_between(anchor_ms, at_ms);

    return (struct cursor){ at_ms, months < 0 || months == CLOCK_MONTHS_MAX ? at_ms : anchor_ms };
}

static struct cursor before(const struct span *s) { return cursor_at(s->starts_ms, s->anchor_ms); }

static struct cursor after(const struct span *s)
{
    return cursor_at(s->ends_ms, s->fixed ? s->ends_ms : s->anchor_ms);
}

static int64_t length_of(const struct span *s) { return s->ends_ms - s->starts_ms; }

int64_t coverage_sum(const struct span_list *list, int64_t unit_id)
{
    int64_t sum_ms = 0;

    for (size_t i = 0; i < list->n; i++)
        if (list->items[i].unit_id == unit_id)
            sum_ms += length_of(&list->items[i]);
    return sum_ms;
}

static void push(struct span_list *to, struct span s) { to->items[to->n++] = s; }

/* Place a span, or as much of it as is before until_ms, at the cursor. */
static void place(struct layout *l, struct cursor *c, struct span s, int64_t until_ms)
{
    int64_t ends_ms = s.fixed ? c->at_ms + length_of(&s) : month_after(c);
    bool cut = until_ms < ends_ms;

    ends_ms = MIN_OF(ends_ms, until_ms);
    if (ends_ms <= c->at_ms)
        return;
    push(&l->out, (struct span){ s.unit_id, c->at_ms, ends_ms, c->anchor_ms, s.fixed });
    *c = cursor_at(ends_ms, s.fixed || cut ? ends_ms : c->anchor_ms);
}

/* Has the unit nothing left to give at now_ms? */
static bool is_over(const struct layout *l, const struct span_list *spans, const struct claim *k)
{
    for (size_t i = 0; i < spans->n; i++)
        if (spans->items[i].unit_id == k->unit_id && spans->items[i].ends_ms > l->now_ms)
            return false;
    return k->length_ms == 0 || coverage_sum(spans, k->unit_id) == k->length_ms;
}

/* A span of a unit that no longer gives anything; what it has given goes to `given`. */
static void end(struct layout *l, struct cursor *c, const struct span *s, struct claim *k,
                bool unit_over)
{
    struct span given = *s;

    given.ends_ms = MIN_OF(s->ends_ms, l->now_ms);
    if (given.ends_ms <= given.starts_ms)
        return; /* what follows moves up */
    if (k->is == UNIT_GONE)
        push(&k->given, given);
    else
        push(&l->out, given);
    if (k->is == UNIT_STOPPED || unit_over)
        *c = given.ends_ms == s->ends_ms ? after(s) : cursor_at(given.ends_ms, given.ends_ms);
}

static struct claim *find(const struct layout *l, int64_t unit_id)
{
    for (size_t i = 0; i < l->n_claims; i++)
        if (l->claims[i].unit_id == unit_id)
            return &l->claims[i];
    return NULL;
}

/* Fix the length of a unit that is interrupted. */
static void fix_length(const struct layout *l, const struct span_list *spans, struct claim *k)
{
    bool begun = false;

    for (size_t i = 0; i < spans->n; i++)
        begun |= spans->items[i].unit_id == k->unit_id && spans->items[i].starts_ms < l->now_ms;
    if (k->is != UNIT_PAID && k->length_ms == 0 && begun && !is_over(l, spans, k))
        k->length_ms = coverage_sum(spans, k->unit_id);
}

/* Go through the spans and leave out what is gone; what is not over moves up. */
static void move_up(struct layout *l, const struct span_list *spans)
{
    struct cursor c = { 0, 0 };

    for (size_t i = 0; i < spans->n; i++) {
        const struct span *s = &spans->items[i];
        struct claim *k = find(l, s->unit_id);
        if (i == 0 || s->starts_ms != s[-1].ends_ms)
            c = before(s);
        if (k && k->is != UNIT_PAID)
            end(l, &c, s, k, is_over(l, spans, k));
        else if (s->ends_ms > l->now_ms)
            place(l, &c, *s, k ? k->until_ms : INT64_MAX);
        else {
            push(&l->out, *s);
            c = after(s);
        }
    }
    for (size_t i = 0; i < l->n_claims; i++)
        fix_length(l, spans, &l->claims[i]);
}

static int by_time(const void *x, const void *y)
{
    const struct span *a = x, *b = y;
    return (a->starts_ms > b->starts_ms) - (a->starts_ms < b->starts_ms);
}

/* Put back what a unit had given, where nothing else lies now. */
static void put_back(struct layout *l, struct claim *k)
{
    size_t others = l->out.n;

    for (size_t i = 0; i < k->given.n; i++) {
        struct span part = k->given.items[i];
        int64_t ends_ms = part.ends_ms;
        for (size_t o = 0; o < others && part.starts_ms < ends_ms; o++) {
            const struct span *other = &l->out.items[o];
            if (other->ends_ms <= part.starts_ms || other->starts_ms >= ends_ms)
                continue;
            part.ends_ms = other->starts_ms;
            if (part.ends_ms > part.starts_ms)
                push(&l->out, part);
            part.starts_ms = other->ends_ms;
        }
        part.ends_ms = ends_ms;
        if (part.starts_ms < ends_ms)
            push(&l->out, part);
    }
    int64_t had_ms = coverage_sum(&k->given, k->unit_id);
    if (k->length_ms == 0 && coverage_sum(&l->out, k->unit_id) < had_ms)
        k->length_ms = coverage_sum(&l->out, k->unit_id) ? had_ms : 0;
    k->given.n = 0;
    SORT(l->out.items, l->out.n, by_time);
}

/* The end of the paid time. */
static struct cursor end_of(const struct layout *l)
{
    const struct span *last = l->out.n ? &l->out.items[l->out.n - 1] : NULL;

    if (last && (l->access || last->ends_ms > l->now_ms))
        return after(last);
    return cursor_at(l->now_ms, l->now_ms);
}

/* Append what a unit still has to give. */
static void append(struct layout *l, struct claim *k)
{
    struct span *last = l->out.n ? &l->out.items[l->out.n - 1] : NULL;
    struct cursor c = end_of(l);
    int64_t has_ms = coverage_sum(&l->out, k->unit_id);
    int64_t owed_ms = k->length_ms ? k->length_ms - has_ms
                                   : (has_ms ? 0 : month_after(&c) - c.at_ms);

    if (owed_ms <= 0)
        return;
    if (last == NULL || last->unit_id != k->unit_id || last->ends_ms != c.at_ms) {
        place(l, &c, (struct span){ k->unit_id, 0, owed_ms, 0, k->length_ms > 0 }, INT64_MAX);
        return;
    }
    last->ends_ms += owed_ms; /* it goes on: a month again, if that was its only interruption */
    c = before(last);
    if (length_of(last) == k->length_ms && month_after(&c) == last->ends_ms)
        k->length_ms = 0;
}

/* Spans say whether their unit has a length of its own. */
static void set_fixed(struct layout *l)
{
    for (size_t i = 0; i < l->out.n; i++) {
        const struct claim *k = find(l, l->out.items[i].unit_id);
        if (k)
            l->out.items[i].fixed = k->length_ms > 0;
    }
}

/* Whatever is laid out, its spans are disjoint and begin and end where one of these does. */
static size_t spans_max(const struct span_list *spans, const struct claim *claims, size_t n)
{
    size_t sum = spans->n + n;

    for (size_t i = 0; i < n; i++)
        sum += claims[i].given.n;
    return 2 * sum;
}

void coverage_change(struct arena *a, const struct span_list *spans, struct claim *claims, size_t n,
                     int64_t now_ms, bool access, struct span_list *out)
{
    struct layout l = { now_ms, access, claims, n, { NULL, 0 } };

    l.out.items = arena_array(a, struct span, spans_max(spans, claims, n));
    for (struct claim *k = claims; k < claims + n; k++) {
        struct span *given = arena_array(a, struct span, k->given.n + spans->n);
        if (k->given.n)
            memcpy(given, k->given.items, k->given.n * sizeof(*given));
        k->given.items = given;
    }
    move_up(&l, spans);
    for (struct claim *k = claims; k < claims + n; k++) {
        if (k->until_ms < INT64_MAX && k->is == UNIT_PAID &&
            coverage_sum(&l.out, k->unit_id) < coverage_sum(spans, k->unit_id))
            k->length_ms = coverage_sum(&l.out, k->unit_id);
        if (k->is != UNIT_GONE)
            put_back(&l, k);
        set_fixed(&l);
        if (k->is == UNIT_PAID)
            append(&l, k);
        set_fixed(&l);
    }
    *out = l.out;
}
