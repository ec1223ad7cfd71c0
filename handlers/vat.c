/*
 * vat: the tax of a period, and the ledger's postings for accountants' software.
 *
 *   GET /admin/vat             from, to (days, both included; without them the previous month)
 *   GET /admin/vat.csv         the lines of the report as a table
 *   GET /admin/postings.csv    from, to, ms and after (from the header Link): the postings as a table
 *   GET /admin/datev.csv       the same in DATEV's format, at most DATEV_LINES_MAX lines in all
 *
 * A file of postings holds at most PART_LEGS_MAX legs; the header Link names the next part.
 *
 * Who    operators
 * Views  views/vat.html and views/vat.json, both of struct vat_page
 */
#include "app/income/pay.h"
#include "app/money/month.h"
#include "app/reports/postings.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/documents.h"
#include "views/models/vat.h"
#include "web/req.h"

enum { PART_LEGS_MAX = 20000 };

/* The days that were asked for, or the previous month. */
static enum rc period_of(struct req *r, int64_t *from_ms, int64_t *to_ms)
{
    if (query_str(r, "from")[0] || query_str(r, "to")[0])
        return query_period(r, from_ms, to_ms);
    month_span(month_of(r->now_ms), from_ms, to_ms);
    month_span(month_of(*from_ms - 1), from_ms, to_ms);
    return RC_OK;
}

static struct vat_row_list rows_of(struct req *r, const struct vat_line_list *lines)
{
    struct vat_row_list rows = { arena_array(r->arena, struct vat_row, lines->n + 1), lines->n };

    for (size_t i = 0; i < lines->n; i++)
        rows.items[i] = (struct vat_row){ lines->items[i],
                                          vat_rate_name(r->arena, &lines->items[i]) };
    return rows;
}

static const char *day(struct req *r, int64_t ms)
{
    return ms > 0 && ms < INT64_MAX - DAY_MS
               ? arena_printf(r->arena, "%.10s", fmt_iso(r->arena, ms))
               : "";
}

static enum rc fill(struct req *r, struct vat_page *page)
{
    struct vat_report report;
    int64_t from_ms, to_ms;

    *page = (struct vat_page){ .frame = frame_of(r, "VAT and exports", "admin"),
                               .from = query_str(r, "from"),
                               .to = query_str(r, "to"),
                               .currency = "" };
    TRY(pay_books_currency(r->db, r->arena, &page->currency));
    enum rc rc = period_of(r, &from_ms, &to_ms);
    page->why = r->why;
    TRY(rc);
    TRY(vat_read(r->db, r->arena, page->currency, from_ms, to_ms, &report));
    page->from = day(r, from_ms);
    page->to = day(r, to_ms - DAY_MS);
    page->lines = rows_of(r, &report.lines);
    page->rates = rows_of(r, &report.rates);
    page->differences = report.differences;
    page->net_minor = report.net_minor;
    page->tax_minor = report.tax_minor;
    page->booked_minor = report.booked_minor;
    page->agrees = report.tax_minor == report.booked_minor && report.differences.n == 0;
    return RC_OK;
}

static enum rc show_vat(struct req *r)
{
    struct vat_page page;
    enum rc rc = fill(r, &page);

    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, vat, &page);
    return RENDER(r, vat, &page);
}

static enum rc vat_file(struct req *r)
{
    struct vat_report report;
    const char *currency;
    int64_t from_ms, to_ms;

    TRY(period_of(r, &from_ms, &to_ms));
    TRY(pay_books_currency(r->db, r->arena, &currency));
    TRY(vat_read(r->db, r->arena, currency, from_ms, to_ms, &report));
    reply_header(r, "Content-Disposition", "attachment; filename=\"vat.csv\"");
    vat_sheet(reply_type(r, "text/csv; charset=utf-8"), &report, currency);
    return RC_OK;
}

static void name_next(struct req *r, const char *file, const struct journal_place *place)
{
    const char *next = arena_printf(
        r->arena, "/admin/%s?from=%s&to=%s&ms=%" PRId64 "&after=%" PRId64, file,
        query_str(r, "from"), query_str(r, "to"), place->ms, place->after);

    reply_header(r, "Link", arena_printf(r->arena, "<%s>; rel=\"next\"", next));
}

static enum rc postings_file(struct req *r, bool datev)
{
    const char *file = datev ? "datev.csv" : "postings.csv";
    const char *currency;
    int64_t from_ms, to_ms;
    size_t legs = 0, n = 0;
    enum rc rc = RC_OK;

    TRY(period_of(r, &from_ms, &to_ms));
    TRY(pay_books_currency(r->db, r->arena, &currency));
    if (datev)
        TRY(datev_check(r->arena, from_ms, to_ms, currency, &r->why));
    struct journal_place place = { query_i64(r, "ms", from_ms, INT64_MAX, from_ms),
                                   query_i64(r, "after", 0, INT64_MAX, 0) };
    struct sb *o = reply_type(r,
                              datev ? "text/csv; charset=windows-1252" : "text/csv; charset=utf-8");
    if (datev)
        datev_head(o, from_ms, to_ms, currency, r->now_ms);
    else
        postings_sheet_head(o);
    for (; rc == RC_OK && legs < PART_LEGS_MAX; legs += n)
        rc = (datev ? datev_lines : postings_sheet)(r->db, r->arena, to_ms, &place, o, &n);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    reply_header(
        r, "Content-Disposition",
        arena_printf(r->arena, "attachment; filename=\"%s%s\"", datev ? "EXTF_" : "", file));
    if (rc == RC_OK)
        name_next(r, file, &place);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    const char *file = req_segment(r, 1);

    return str_eq(file, "vat")       ? show_vat(r)
           : str_eq(file, "vat.csv") ? vat_file(r)
                                     : postings_file(r, str_eq(file, "datev.csv"));
}

int main(void)
{
    static const struct endpoint vat = {
        .name = "vat",
        .who = OPERATOR,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&vat, error_view);
}
