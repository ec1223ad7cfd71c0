#include "app/credit.h"
#include "app/divide.h"

static int order(int64_t x, int64_t y) { return (x > y) - (x < y); }

/* A total order, so that nothing depends on the one they came in. */
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

/* What one segment adds, in the order of time. */
struct claim {
    int64_t video_id;
    const struct segment *segment;
    int64_t credited_ms, lost;
};

static int by_video(const void *a, const void *b)
{
    const struct claim *x = a, *y = b;
    int found = order(x->video_id, y->video_id);
    return found ? found : (x->segment > y->segment) - (x->segment < y->segment);
}

static int64_t refused(const struct segment *s, int64_t user_id, bool count_hidden)
{
    return (s->creator_id == user_id ? LOST_OWN : 0) |
           (s->length_ms < CREDIT_VIDEO_MIN_MS ? LOST_SHORT : 0) |
           (s->flags & SEGMENT_HIDDEN && !count_hidden ? LOST_HIDDEN : 0);
}

/* Everything before the cursor has been given out. */
static void sweep(int64_t user_id, bool count_hidden, const struct segment *segments, size_t n,
                  struct claim *claims)
{
    int64_t cursor_ms = INT64_MIN;

    for (size_t i = 0; i < n; i++) {
        const struct segment *s = &segments[i];
        struct claim *c = &claims[i];
        *c = (struct claim){ s->video_id, s, 0, refused(s, user_id, count_hidden) };
        assert(s->t0_ms <= s->t1_ms);
        if (c->lost)
            continue;
        c->credited_ms = MAX_OF(s->t1_ms - MAX_OF(s->t0_ms, cursor_ms), 0);
        c->lost = c->credited_ms < s->t1_ms - s->t0_ms ? LOST_OVERLAP : 0;
        cursor_ms = MAX_OF(cursor_ms, s->t1_ms);
    }
}

/* Add up the claims of each video, each at most the video's length. */
static void add_up(const struct claim *claims, size_t n, struct credit_list *out)
{
    for (size_t i = 0; i < n;) {
        const struct segment *first = claims[i].segment;
        int64_t length_ms = first->length_ms;
        struct credit *c = &out->items[out->n++];
        *c = (struct credit){ .video_id = first->video_id, .creator_id = first->creator_id };
        for (; i < n && claims[i].video_id == c->video_id; i++) {
            const struct segment *s = claims[i].segment;
            int64_t raw_ms = s->t1_ms - s->t0_ms;
            c->raw_ms += raw_ms;
            c->credited_ms += claims[i].credited_ms;
            c->lost |= claims[i].credited_ms < raw_ms ? claims[i].lost : 0;
            length_ms = MIN_OF(length_ms, s->length_ms);
        }
        if (c->credited_ms > length_ms) {
            c->credited_ms = MAX_OF(length_ms, 0);
            c->lost |= LOST_LENGTH;
        }
    }
}

static void limit_day(struct arena *a, struct credit_list *day)
{
    struct part *parts = arena_array(a, struct part, day->n);
    int64_t sum_ms = 0;

    for (size_t i = 0; i < day->n; i++) {
        parts[i] = (struct part){ .id = day->items[i].video_id,
                                  .weight = day->items[i].credited_ms };
        sum_ms += day->items[i].credited_ms;
    }
    if (sum_ms <= CREDIT_DAY_MAX_MS)
        return;
    divide_by_weight(CREDIT_DAY_MAX_MS, parts, day->n); /* leaves them in the order of ids */
    for (size_t i = 0; i < day->n; i++) {
        struct credit *c = &day->items[i];
        c->lost |= parts[i].amount < c->credited_ms ? LOST_DAY : 0;
        c->credited_ms = parts[i].amount;
    }
}

void credit_day(struct arena *a, int64_t user_id, bool count_hidden, struct segment *segments,
                size_t n, struct credit_list *out)
{
    struct claim *claims = arena_array(a, struct claim, n);

    *out = (struct credit_list){ arena_array(a, struct credit, n), 0 };
    if (n == 0)
        return;
    qsort(segments, n, sizeof(*segments), by_time);
    sweep(user_id, count_hidden, segments, n, claims);
    qsort(claims, n, sizeof(*claims), by_video);
    add_up(claims, n, out);
    limit_day(a, out);
}
