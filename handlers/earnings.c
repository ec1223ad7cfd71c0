/*
 * earnings: what a creator earned and why.
 *
 *   GET /studio/earnings       where the money stands, by day, by month, by video and day;
 *                              from=YYYY-MM-DD, to=YYYY-MM-DD, page=N
 *   GET /studio/earnings.csv   time by video and day; from, to
 *
 * Who    signed in; everybody sees their own only
 * Views  views/earnings.html and views/earnings.json, both of struct earnings_page
 */
#include "base/str.h"
#include "views/earnings_pages.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct earnings_page page;

    if (str_eq(req_segment(r, 1), "earnings.csv"))
        return earnings_csv(r);
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
