#include "app/money/credit.h"
#include "app/money/divide.h"

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

/* A total order, so that the result does not depend on the order of the input. */
static int by_time(const void *a, const void *b)
{
    const struct segment *x = a, *y = b;
    const int64_t xs[] = { x->t1_ms, x->video_id, x->creator_id, x->length_ms, x->flags };
    const int64_t ys[] = { y->t1_ms, y->video_id, y->creator_id, y->length_ms, y->flags };

    int found = order(x->t0_ms, y->t0_ms);
    if (found == 0)
        found = strcmp(x->session, y->session);
    for (size_t i = 0; found == 0 && i < COUNT(xs); i++)
        found = order(xs[i], ys[i]);
    return found;
}

static int by_start(const void *a, const void *b)
{
    const struct credit_unit *x = a, *y = b;
    int found = order(x->starts_ms, y->starts_ms);
    return found ? found : order(x->id, y->id);
}

/* A segment, or the part of one that falls in one paid month. */
struct claim {
    const struct segment *segment;
    int64_t t0_ms, t1_ms, unit_id;
    int64_t credited_ms, lost;
};
struct claims {
    struct claim *items;
    size_t n;
};

static int64_t raw_ms(const struct claim *c) { return c->t1_ms - c->t0_ms; }

/* In the order of time within each video; parts of one segment follow each other. */
static int by_video(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int found = order(x->segment->video_id, y->segment->video_id);

    if (found == 0)
        found = (x->segment > y->segment) - (x->segment < y->segment);
    return found ? found : order(x->t0_ms, y->t0_ms);
}

static int by_video_and_unit(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int found = order(x->segment->video_id, y->segment->video_id);

    found = found ? found : order(x->unit_id, y->unit_id);
    return found ? found : by_video(a, b);
}

/* The unit that contains at_ms (0: none); lowers *until_ms to where that ends. */
static int64_t unit_at(const struct credit_unit_list *units, int64_t at_ms, int64_t *until_ms)
{
    for (size_t i = 0; i < units->n; i++) {
        const struct credit_unit *u = &units->items[i];
        if (u->starts_ms <= at_ms && at_ms < u->ends_ms) {
            *until_ms = MIN_OF(*until_ms, u->ends_ms);
            return u->id;
        }
        if (u->starts_ms > at_ms && u->starts_ms < u->ends_ms)
            *until_ms = MIN_OF(*until_ms, u->starts_ms);
    }
    return 0;
}

/* Cut a segment into claims: one for each month that it falls in, and at least one. */
static void cut(const struct segment *s, const struct credit_unit_list *units, struct claims *out)
{
    int64_t at_ms = s->t0_ms, until_ms;

    assert(s->t0_ms <= s->t1_ms);
    do {
        until_ms = s->t1_ms;
        int64_t unit_id = unit_at(units, at_ms, &until_ms);
        out->items[out->n++] = (struct claim){ s, at_ms, until_ms, unit_id, 0, 0 };
        at_ms = until_ms;
    } while (at_ms < s->t1_ms);
}

static bool inside(int64_t at_ms, const struct segment *s)
{
    return s->t0_ms < at_ms && at_ms < s->t1_ms;
}

/* An upper limit for the number of claims that cut() makes of all segments. */
static size_t claims_max(const struct segment *segments, size_t n,
                         const struct credit_unit_list *units)
{
    size_t sum = n;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < units->n; k++)
            sum += (size_t)inside(units->items[k].starts_ms, &segments[i]) +
                   (size_t)inside(units->items[k].ends_ms, &segments[i]);
    return sum;
}

static int64_t refused(const struct claim *c, int64_t user_id, bool count_hidden)
{
    const struct segment *s = c->segment;

    return (s->creator_id == user_id ? LOST_OWN : 0) |
           (s->length_ms < CREDIT_VIDEO_MIN_MS ? LOST_SHORT : 0) |
           (s->flags & SEGMENT_HIDDEN && !count_hidden ? LOST_HIDDEN : 0) |
           (s->flags & SEGMENT_CLOCK ? LOST_CLOCK : 0) | (c->unit_id == 0 ? LOST_UNPAID : 0);
}

/* All time before the cursor has been credited. */
static void sweep(int64_t user_id, bool count_hidden, struct claims *claims)
{
    int64_t cursor_ms = INT64_MIN;

    for (size_t i = 0; i < claims->n; i++) {
        struct claim *c = &claims->items[i];
        c->lost = refused(c, user_id, count_hidden);
        if (c->lost)
            continue;
        c->credited_ms = MAX_OF(c->t1_ms - MAX_OF(c->t0_ms, cursor_ms), 0);
        c->lost = c->credited_ms < raw_ms(c) ? LOST_OVERLAP : 0;
        cursor_ms = MAX_OF(cursor_ms, c->t1_ms);
    }
}

/* Credit no video with more than its length; `claims` are sorted by video and time. */
static void limit_videos(struct claims *claims)
{
    for (size_t i = 0, next; i < claims->n; i = next) {
        int64_t video_id = claims->items[i].segment->video_id, left_ms = INT64_MAX;
        for (next = i; next < claims->n && claims->items[next].segment->video_id == video_id;
             next++)
            left_ms = MIN_OF(left_ms, MAX_OF(claims->items[next].segment->length_ms, 0));
        for (size_t k = i; k < next; k++) {
            struct claim *c = &claims->items[k];
            c->lost |= c->credited_ms > left_ms ? LOST_LENGTH : 0;
            c->credited_ms = MIN_OF(c->credited_ms, left_ms);
            left_ms -= c->credited_ms;
        }
    }
}

/* `claims` are sorted by video and unit. */
static void add_up(const struct claims *claims, struct credit_list *out)
{
    struct credit *last = NULL;

    for (size_t i = 0; i < claims->n; i++) {
        const struct claim *c = &claims->items[i];
        const struct segment *s = c->segment;
        if (last == NULL || last->video_id != s->video_id || last->unit_id != c->unit_id) {
            last = &out->items[out->n++];
            *last = (struct credit){ s->video_id, s->creator_id, c->unit_id, 0, 0, 0 };
        }
        last->raw_ms += raw_ms(c);
        last->credited_ms += c->credited_ms;
        last->lost |= c->credited_ms < raw_ms(c) ? c->lost : 0;
    }
}

static void limit_day(struct arena *a, struct credit_list *day)
{
    struct part *parts = arena_array(a, struct part, day->n);
    int64_t sum_ms = 0;

    for (size_t i = 0; i < day->n; i++) {
        parts[i] = (struct part){ .id = (int64_t)i, .weight = day->items[i].credited_ms };
        sum_ms += day->items[i].credited_ms;
    }
    if (sum_ms <= CREDIT_DAY_MAX_MS)
        return;
    divide_by_weight(CREDIT_DAY_MAX_MS, parts, day->n); /* sorts them by id: no change */
    for (size_t i = 0; i < day->n; i++) {
        struct credit *c = &day->items[i];
        c->lost |= parts[i].amount < c->credited_ms ? LOST_DAY : 0;
        c->credited_ms = parts[i].amount;
    }
}

void credit_day(struct arena *a, int64_t user_id, bool count_hidden,
                const struct credit_unit_list *units, struct segment *segments, size_t n,
                struct credit_list *out)
{
    struct claims claims = { NULL, 0 };

    *out = (struct credit_list){ NULL, 0 };
    if (n == 0)
        return;
    SORT(segments, n, by_time);
    SORT(units->items, units->n, by_start);
    claims.items = arena_array(a, struct claim, claims_max(segments, n, units));
    for (size_t i = 0; i < n; i++)
        cut(&segments[i], units, &claims);
    sweep(user_id, count_hidden, &claims);
    SORT(claims.items, claims.n, by_video);
    limit_videos(&claims);
    SORT(claims.items, claims.n, by_video_and_unit);
    out->items = arena_array(a, struct credit, claims.n);
    add_up(&claims, out);
    limit_day(a, out);
}
