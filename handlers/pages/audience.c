#include "pages/audience.h"
#include "app/watching/audience.h"
#include "base/fmt.h"
#include "pages/chart.h"

/* How often each part was played: the average of its cells. */
static void add_plays(const struct retention *cells, int64_t cells_each,
                      struct audience_parts *parts)
{
    for (size_t i = 0; i < cells->n; i++) {
        size_t part = (size_t)(cells->items[i].cell / cells_each);
        if (part < parts->n)
            parts->items[part].plays += cells->items[i].plays;
    }
    for (size_t i = 0; i < parts->n; i++) {
        struct audience_part *part = &parts->items[i];
        int64_t n = (part->to_ms - part->from_ms + AUDIENCE_CELL_MS / 2) / AUDIENCE_CELL_MS;
        part->plays = (part->plays + n / 2) / MAX_OF(n, 1);
    }
}

static void cut_into_parts(struct arena *a, int64_t length_ms, int64_t part_ms,
                           struct audience_parts *parts)
{
    parts->n = (size_t)((length_ms + part_ms - 1) / part_ms);
    parts->items = arena_array(a, struct audience_part, parts->n);
    for (size_t i = 0; i < parts->n; i++) {
        int64_t from_ms = (int64_t)i * part_ms;
        parts->items[i] = (struct audience_part){ from_ms, MIN_OF(from_ms + part_ms, length_ms),
                                                  0 };
    }
}

static struct chart chart_of_parts(struct arena *a, const struct audience_parts *parts)
{
    int64_t *plays = arena_array(a, int64_t, parts->n);
    const char **labels = arena_array(a, const char *, parts->n);

    for (size_t i = 0; i < parts->n; i++) {
        const struct audience_part *part = &parts->items[i];
        plays[i] = part->plays;
        labels[i] = arena_printf(a, "%s to %s: %" PRId64 " times", fmt_hms(a, part->from_ms),
                                 fmt_hms(a, part->to_ms), part->plays);
    }
    return chart_of(a, plays, labels, parts->n);
}

enum rc audience_view_of(struct req *r, const struct video *v, struct audience_view *out)
{
    int64_t cells = (v->length_ms + AUDIENCE_CELL_MS - 1) / AUDIENCE_CELL_MS;
    int64_t cells_each = MAX_OF((cells + AUDIENCE_PARTS_MAX - 1) / AUDIENCE_PARTS_MAX, 1);
    struct retention retention;
    struct audience sums;

    *out = (struct audience_view){ .viewers = 0 };
    TRY(audience_of(r->db, r->arena, v->id, v->user_id, &sums));
    TRY(audience_retention(r->db, r->arena, v->id, &retention));
    out->viewers = sums.viewers;
    out->watched_ms = sums.watched_ms;
    out->average_ms = sums.days ? sums.watched_ms / sums.days : 0;
    if (retention.n == 0)
        return RC_OK;
    cut_into_parts(r->arena, v->length_ms, cells_each * AUDIENCE_CELL_MS, &out->parts);
    add_plays(&retention, cells_each, &out->parts);
    out->chart = chart_of_parts(r->arena, &out->parts);
    return RC_OK;
}
