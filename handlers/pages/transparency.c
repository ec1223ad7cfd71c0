#include "pages/transparency.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "pages/chart.h"
#include "web/req.h"

enum { YEARS_SHOWN = 5, MONTHS = 12 };

int64_t transparency_asked(struct req *r)
{
    int64_t now = transparency_year(r->now_ms);

    return query_i64(r, "year", TRANSPARENCY_FIRST_YEAR, now, now);
}

static struct transparency_year_list years_of(struct req *r, int64_t asked)
{
    struct transparency_year_list list = {
        arena_array(r->arena, struct transparency_year, YEARS_SHOWN), 0
    };
    int64_t now = transparency_year(r->now_ms);

    for (int64_t y = now; y >= TRANSPARENCY_FIRST_YEAR && list.n < YEARS_SHOWN; y--)
        list.items[list.n++] = (struct transparency_year){ y, y == asked };
    return list;
}

static struct chart months_of(struct req *r, const struct transparency *t)
{
    const char *labels[MONTHS];

    for (size_t i = 0; i < MONTHS; i++)
        labels[i] = arena_printf(r->arena, "%s: %" PRId64,
                                 fmt_month(r->arena, t->year * 100 + (int64_t)i + 1), t->months[i]);
    return chart_of(r->arena, t->months, labels, MONTHS);
}

static const char *took(struct req *r, int64_t ms)
{
    return ms == 0 ? ""
           : ms >= DAY_MS + DAY_MS / 2
               ? arena_printf(r->arena, "%" PRId64 " days", (ms + DAY_MS / 2) / DAY_MS)
               : fmt_duration(r->arena, ms / SECOND_MS);
}

enum rc transparency_page_of(struct req *r, struct transparency_page *page)
{
    static const char *const who[] = { [SIDE_CREATOR] = "By creators",
                                       [SIDE_REPORTER] = "By reporters",
                                       [SIDE_COUNTER] = "Counter-notices to copyright notices" };
    int64_t year = transparency_asked(r);

    *page = (struct transparency_page){
        .frame = frame_of(r, arena_printf(r->arena, "Moderation in %" PRId64, year), ""),
        .unfinished = year == transparency_year(r->now_ms),
        .years = years_of(r, year),
    };
    TRY(transparency_read(r->db, r->arena, year, &page->t));
    page->months = months_of(r, &page->t);
    page->decide = took(r, page->t.decide_ms);
    page->appeal = took(r, page->t.appeal_ms);
    page->rows.items = arena_array(r->arena, struct appeal_figures_row, COUNT(who));
    for (; page->rows.n < COUNT(who); page->rows.n++)
        page->rows.items[page->rows.n] =
            (struct appeal_figures_row){ who[page->rows.n], page->t.appeals[page->rows.n] };
    return RC_OK;
}
