/*
 * books: all of the site's money, for its operators.
 *
 *   GET  /admin/money           what came in, what went out and what is owed; holds, payouts, terms
 *   GET  /admin/money.csv       the months as a file
 *   GET  /admin/money/journal   month=YYYY-MM; from=MS, after=N: postings in hledger's journal format, at
 *                               most JOURNAL_LEGS_MAX legs; the header Link names the next part
 * What operators do about payouts, holds and the books are acts (acts.c).
 *
 * Who    operators
 * Views  views/books.html and views/books.json, both of struct books_page
 */
#include "app/money/month.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "pages/books.h"
#include "web/req.h"

enum { JOURNAL_LEGS_MAX = 20000 };

static enum rc journal(struct req *r)
{
    const char *name = query_str(r, "month");
    int64_t month = month_of(r->now_ms), from_ms, to_ms;
    struct journal_place place = { .after = query_i64(r, "after", 0, INT64_MAX, 0) };
    size_t legs = 0, n = 0;
    enum rc rc = RC_OK;

    if (name[0])
        TRY(month_read(name, &month));
    month_span(month, &from_ms, &to_ms);
    place.ms = query_i64(r, "from", from_ms, INT64_MAX, from_ms);
    struct sb *o = reply_type(r, "text/plain; charset=utf-8");
    books_journal_head(o, conf()->site_name);
    for (; rc == RC_OK && legs < JOURNAL_LEGS_MAX; legs += rc == RC_OK ? n : 0)
        rc = books_journal(r->db, r->arena, to_ms, &place, o, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    const char *next = arena_printf(r->arena,
                                    "/admin/money/journal?month=%s&from=%" PRId64 "&after=%" PRId64,
                                    fmt_month_path(r->arena, month), place.ms, place.after);
    reply_header(r, "Link", arena_printf(r->arena, "<%s>; rel=\"next\"", next));
    sb_addf(o, "\n; continues at %s\n", next);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    struct books_page page;

    if (str_eq(req_segment(r, 1), "money.csv"))
        return books_csv(r);
    if (req_segment(r, 2)[0])
        return journal(r);
    TRY(books_page_of(r, &page));
    return RENDER(r, books, &page);
}

int main(void)
{
    static const struct endpoint books = {
        .name = "books",
        .who = OPERATOR,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&books, error_view);
}
