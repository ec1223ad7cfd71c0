/*
 * earnings: what a creator earned, and why.
 *
 *   GET /studio/earnings              the state of the money; by day, by month, by video and day;
 *                                     from=YYYY-MM-DD, to=YYYY-MM-DD, page=N
 *   GET /studio/earnings.csv          time by video and day; from, to
 *   GET /studio/earnings/{YYYY-MM}    the statement of a month; with .csv appended, the document
 *                                     itself
 *
 * Who    signed in; members see only their own. Operators also see the statements of others:
 *        creator={handle}
 * Views  views/earnings.html and .json of struct earnings_page; views/statement.html and .json of
 *        struct statement_page
 */
#include "app/people/account.h"
#include "app/money/month.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/earnings.h"
#include "views/models/statement.h"
#include "web/req.h"

static enum rc creator_of(struct req *r, int64_t *creator_id)
{
    const char *handle = query_str(r, "creator");
    struct account account;

    *creator_id = r->viewer.user_id;
    if (!handle[0])
        return RC_OK;
    if (r->viewer.role < ROLE_OPERATOR)
        return RC_NOT_FOUND;
    TRY(account_by_handle(r->db, r->arena, handle, &account));
    *creator_id = account.id;
    return RC_OK;
}

static enum rc send_csv(struct req *r, const struct statement *s)
{
    struct sb *o = reply_type(r, "text/csv; charset=utf-8");

    reply_header(r, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"statement-%s.csv\"",
                              fmt_month_path(r->arena, s->month)));
    sb_str(o, s->csv);
    return RC_OK;
}

static enum rc show_statement(struct req *r, const char *name)
{
    struct statement_page page;
    int64_t creator_id, month;

    TRY(month_read(name, &month));
    TRY(creator_of(r, &creator_id));
    struct statement s;
    TRY(statement_get(r->db, r->arena, creator_id, month, &s));
    if (strstr(name, ".csv"))
        return send_csv(r, &s);
    page = (struct statement_page){
        .frame = frame_of(r, arena_printf(r->arena, "Statement of %s", fmt_month(r->arena, month)),
                          "studio"),
        .statement = s,
        .csv_url = arena_printf(r->arena, "%s.csv%s%s", r->path,
                                creator_id == r->viewer.user_id ? "" : "?creator=",
                                creator_id == r->viewer.user_id ? "" : query_str(r, "creator")),
    };
    TRY(statement_read(r->arena, &s, &page.lines));
    return RENDER(r, statement, &page);
}

static enum rc show(struct req *r)
{
    struct earnings_page page;

    if (str_eq(req_segment(r, 1), "earnings.csv"))
        return earnings_csv(r);
    if (req_segment(r, 2)[0])
        return show_statement(r, req_segment(r, 2));
    TRY(earnings_page_of(r, &page));
    return RENDER(r, earnings, &page);
}

int main(void)
{
    static const struct endpoint earnings = {
        .name = "earnings",
        .who = SIGNED_IN,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&earnings, error_view);
}
