#include "pages/earnings.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/sheet.h"
#include "pages/cards.h"
#include "pages/chart.h"
#include "pages/terms.h"
#include "web/req.h"
#include <time.h>

enum { DAYS_SHOWN = 30 };

static int64_t day_in(const struct req *r, const char *field, int64_t fallback)
{
    struct tm tm = { 0 };
    const char *end = strptime(query_str(r, field), "%Y-%m-%d", &tm);
    int64_t day = (int64_t)timegm(&tm) / (DAY_MS / SECOND_MS);

    return end && *end == 0 && day >= 0 ? day : fallback;
}

struct period period_of(const struct req *r)
{
    int64_t today = r->now_ms / DAY_MS;
    struct period p = { .to_day = MIN_OF(day_in(r, "to", today), today) };

    p.from_day = MIN_OF(day_in(r, "from", p.to_day - DAYS_SHOWN + 1), p.to_day);
    p.from_day = MAX_OF(p.from_day, p.to_day - EARNINGS_DAYS_MAX + 1);
    return p;
}

/* One column for each of the latest DAYS_SHOWN days, including days without earnings. */
static enum rc show_days(struct req *r, struct earnings_page *page)
{
    int64_t today = r->now_ms / DAY_MS, from = today - DAYS_SHOWN + 1, seconds[DAYS_SHOWN] = { 0 };
    const char *labels[DAYS_SHOWN];

    TRY(earnings_days(r->db, r->arena, r->viewer.user_id, from, today, &page->day_figures));
    for (size_t i = 0; i < page->day_figures.n; i++) {
        const struct earnings_day *d = &page->day_figures.items[i];
        seconds[d->day - from] = d->credited_ms / SECOND_MS;
    }
    for (int i = 0; i < DAYS_SHOWN; i++)
        labels[i] = arena_printf(r->arena, "%s: %s", fmt_day(r->arena, from + i),
                                 fmt_duration(r->arena, seconds[i]));
    page->days = chart_of(r->arena, seconds, labels, DAYS_SHOWN);
    return RC_OK;
}

/* Columns from left to right, although the figures have the newest month first. */
static enum rc show_months(struct req *r, struct earnings_page *page)
{
    int64_t minor[EARNINGS_MONTHS];
    const char *labels[EARNINGS_MONTHS], *currency = page->terms.currency;
    struct earnings_month_list *list = &page->month_figures;

    TRY(earnings_months(r->db, r->arena, r->viewer.user_id, currency, list));
    for (size_t i = 0; i < list->n; i++) {
        const struct earnings_month *m = &list->items[list->n - 1 - i];
        int64_t sum = m->units_minor + m->uplift_minor - m->reversed_minor;
        minor[i] = MAX_OF(sum, 0);
        labels[i] = arena_printf(r->arena, "%s: %s", fmt_month(r->arena, m->month),
                                 fmt_money(r->arena, sum, currency));
    }
    page->months = chart_of(r->arena, minor, labels, list->n);
    return RC_OK;
}

static const char *iso_day(struct arena *a, int64_t day)
{
    return arena_strn(a, fmt_iso(a, day * DAY_MS), strlen("2026-11-22"));
}

static enum rc show_rows(struct req *r, struct earnings_page *page)
{
    struct period p = period_of(r);
    struct earnings_row_list list;
    struct earnings_day_list days;
    size_t number = page_of(r);

    page->from = iso_day(r->arena, p.from_day);
    page->to = iso_day(r->arena, p.to_day);
    TRY(earnings_days(r->db, r->arena, r->viewer.user_id, p.from_day, p.to_day, &days));
    for (size_t i = 0; i < days.n; i++) {
        page->credited_seconds += days.items[i].credited_ms / SECOND_MS;
        page->raw_seconds += days.items[i].raw_ms / SECOND_MS;
    }
    TRY(earnings_rows(r->db, r->arena, r->viewer.user_id, p.from_day, p.to_day,
                      number * EARNINGS_ROWS, EARNINGS_ROWS + 1, &list));
    const char *base = arena_printf(r->arena, "/studio/earnings?from=%s&to=%s&", page->from,
                                    page->to);
    page->pager = pager_of(r, base, number, list.n > EARNINGS_ROWS);
    page->rows.n = MIN_OF(list.n, EARNINGS_ROWS);
    page->rows.items = arena_array(r->arena, struct earnings_line, page->rows.n);
    for (size_t i = 0; i < page->rows.n; i++)
        page->rows.items[i] = (struct earnings_line){
            list.items[i], earnings_lost_words(r->arena, list.items[i].lost)
        };
    return RC_OK;
}

static enum rc found(enum rc rc, bool *has)
{
    *has = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* "since 3 Nov 2026", "from 3 to 9 Nov": the days whose watch time is meant; "" for all. */
static const char *span_of(struct arena *a, const struct freeze *f)
{
    if (f->to_ms == 0)
        return f->from_ms ? arena_printf(a, ", watched since %s", fmt_date(a, f->from_ms)) : "";
    if (f->from_ms == 0)
        return arena_printf(a, ", watched until %s", fmt_date(a, f->to_ms - 1));
    return arena_printf(a, ", watched from %s to %s", fmt_date(a, f->from_ms),
                        fmt_date(a, f->to_ms - 1));
}

static struct earnings_frozen frozen_of(struct req *r, const struct freeze *f)
{
    const char *whose = f->video_id == 0 ? "All your videos"
                        : *f->public_id  ? f->title
                                         : "A deleted video";

    return (struct earnings_frozen){ .what = arena_printf(r->arena, "%s%s", whose,
                                                          span_of(r->arena, f)),
                                     .public_id = f->public_id,
                                     .why = f->why,
                                     .state = f->state,
                                     .put_ms = f->put_ms,
                                     .decided_ms = f->decided_ms,
                                     .minor = f->minor };
}

static enum rc show_frozen(struct req *r, struct earnings_page *page)
{
    int64_t me = r->viewer.user_id;
    struct freeze_list list;

    TRY(freeze_of_creator(r->db, r->arena, me, &list));
    page->frozen = (struct earnings_frozen_list){
        arena_array(r->arena, struct earnings_frozen, list.n), list.n
    };
    for (size_t i = 0; i < list.n; i++) {
        page->frozen.items[i] = frozen_of(r, &list.items[i]);
        page->freeze_waits |= list.items[i].waits;
    }
    return RC_OK;
}

enum rc earnings_page_of(struct req *r, struct earnings_page *page)
{
    int64_t me = r->viewer.user_id;
    struct payee payee;

    *page = (struct earnings_page){ .frame = frame_of(r, "Earnings", "studio"),
                                    .terms = terms_now() };
    TRY(earnings_now(r->db, r->arena, me, page->terms.currency, r->now_ms, &page->now));
    page->has_any = (page->now.estimate_minor | page->now.held_minor | page->now.payable_minor |
                     page->now.transit_minor | page->now.paid_minor) != 0;
    TRY(found(payee_get(r->db, r->arena, me, &payee), &page->has_payee));
    TRY(found(hold_get(r->db, r->arena, me, &page->hold), &page->has_hold));
    TRY(show_frozen(r, page));
    TRY(show_days(r, page));
    TRY(show_months(r, page));
    TRY(statement_list(r->db, r->arena, me, &page->statements));
    return show_rows(r, page);
}

enum rc earnings_csv(struct req *r)
{
    struct period p = period_of(r);
    struct earnings_row_list list;
    struct sb *o = reply_type(r, "text/csv; charset=utf-8");

    TRY(earnings_rows(r->db, r->arena, r->viewer.user_id, p.from_day, p.to_day, 0,
                      EARNINGS_ROWS_MAX, &list));
    reply_header(r, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"earnings-%s-%s.csv\"",
                              iso_day(r->arena, p.from_day), iso_day(r->arena, p.to_day)));
    sb_str(o, "day,video,title,counted_seconds,played_seconds,not_counted,viewers\r\n");
    for (const struct earnings_row *w = list.items; w < list.items + list.n; w++) {
        sheet_text(o, iso_day(r->arena, w->day));
        sheet_text(o, w->public_id);
        sheet_text(o, w->title);
        sheet_int(o, w->credited_ms / SECOND_MS);
        sheet_int(o, w->raw_ms / SECOND_MS);
        sheet_text(o, earnings_lost_words(r->arena, w->lost));
        sheet_text(o, w->viewers ? arena_printf(r->arena, "%" PRId64, w->viewers) : "fewer than 5");
        sheet_end(o);
    }
    return RC_OK;
}
