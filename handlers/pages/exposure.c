#include "pages/exposure.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "pages/chart.h"

static struct chart chart_of_days(struct arena *a, const struct exposure_days *days,
                                  int64_t from_day)
{
    int64_t shown[EXPOSURE_DAYS_MAX] = { 0 }, opened[EXPOSURE_DAYS_MAX] = { 0 };
    const char *labels[EXPOSURE_DAYS_MAX];

    for (size_t i = 0; i < days->n; i++) {
        int64_t at = days->items[i].day - from_day;
        if (at < EXPOSURE_DAYS_MAX) { /* false for days counted by a clock that is ahead of ours */
            shown[at] = days->items[i].shown;
            opened[at] = days->items[i].opened;
        }
    }
    for (int i = 0; i < EXPOSURE_DAYS_MAX; i++)
        labels[i] = arena_printf(a, "%s: shown %" PRId64 ", opened %" PRId64,
                                 fmt_day(a, from_day + i), shown[i], opened[i]);
    return chart_of(a, shown, labels, EXPOSURE_DAYS_MAX);
}

enum rc exposure_view_of(struct req *r, const struct video *v, struct exposure_view *out)
{
    int64_t from_day = r->now_ms / DAY_MS - EXPOSURE_DAYS_MAX + 1;
    struct exposure_list list;

    *out = (struct exposure_view){
        .possible = v->state == VIDEO_READY && v->visibility == VISIBILITY_PUBLIC,
        .unproven_percent = conf()->unproven_percent,
    };
    TRY(exposure_of(r->db, r->arena, &v->id, 1, &list));
    TRY(exposure_days(r->db, r->arena, v->id, from_day, &out->days));
    const struct exposure sum = exposure_find(&list, v->id);
    out->shown = sum.shown;
    out->opened = sum.opened;
    /* in tenths of a percent */
    out->opened_bp = sum.shown ? (sum.opened * 1000 + sum.shown / 2) / sum.shown * 10 : 0;
    out->chart = chart_of_days(r->arena, &out->days, from_day);
    return RC_OK;
}

enum rc exposure_fill(struct req *r, const struct studio_list *videos, struct studio_rows *rows)
{
    int64_t *ids = arena_array(r->arena, int64_t, rows->n);
    struct exposure_list list;

    for (size_t i = 0; i < rows->n; i++)
        ids[i] = videos->items[i].id;
    TRY(exposure_of(r->db, r->arena, ids, rows->n, &list));
    for (size_t i = 0; i < rows->n; i++) {
        const struct exposure sum = exposure_find(&list, ids[i]);
        rows->items[i].shown = sum.shown;
        rows->items[i].opened = sum.opened;
    }
    return RC_OK;
}
