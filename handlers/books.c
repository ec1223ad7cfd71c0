/*
 * books: all of the site's money, for its operators.
 *
 *   GET  /admin/money           what came in, what went out and what is owed; holds, payouts, terms
 *   GET  /admin/money.csv       the months as a file
 *   GET  /admin/money/journal   month=YYYY-MM; from=MS, after=N: postings in hledger's journal format, at
 *                               most JOURNAL_LEGS_MAX legs; the header Link names the next part
 *   POST /admin/money           do=off|on, sure=1      the kill switch of payouts
 *                               do=freeze, creator={handle}, reason    stops payouts to them
 *                               do=lift, creator={handle}              allows them again
 *                               303 back
 *
 * Who    operators
 * Views  views/books.html and views/books.json, both of struct books_page
 */
#include "app/money/month.h"
#include "app/people/account.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/books.h"
#include "web/req.h"

enum { JOURNAL_LEGS_MAX = 20000, FORM_MAX_BYTES = 4 * 1024 };

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

enum act { OFF, ON, FREEZE, LIFT };
static const char *const acts[] = { "off", "on", "freeze", "lift" };

static enum rc change_switch(struct req *r, enum act act)
{
    if (!str_eq(form_str(r, "sure"), "1"))
        return refuse(&r->why, RC_INVALID, "sure", "Please tick the box to confirm.");
    return setting_set(r->db, "payouts", acts[act], r->viewer.user_id, r->now_ms);
}

static enum rc change_hold(struct req *r, enum act act)
{
    const char *reason = str_clean(r->arena, form_str(r, "reason"), false);
    struct account creator;
    enum rc rc = account_by_handle(r->db, r->arena, form_str(r, "creator"), &creator);

    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_INVALID, "creator", "Nobody has this handle.");
    TRY(rc);
    log_about("member:%" PRId64, creator.id);
    if (act == LIFT) {
        rc = hold_lift(r->db, creator.id, r->viewer.user_id, r->now_ms);
        return rc == RC_NOT_FOUND ? RC_OK : rc; /* it has been lifted already */
    }
    rc = hold_set(r->db, creator.id, HOLD_FREEZE, reason, r->viewer.user_id, r->now_ms);
    if (rc == RC_CONFLICT)
        return refuse(&r->why, rc, "creator", "This creator's payouts are already on hold.");
    if (rc == RC_INVALID)
        return refuse(&r->why, rc, "reason",
                      "Please give a reason of up to 500 bytes: the creator sees it.");
    return rc;
}

static enum rc change(struct req *r)
{
    struct books_page page;
    size_t act;

    if (!str_eq(req_segment(r, 1), "money") || req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    r->act = arena_printf(r->arena, "payouts %s by an operator", acts[act]);
    enum rc rc = (act <= ON ? change_switch : change_hold)(r, (enum act)act);
    if (rc == RC_OK)
        return reply_see_other(r, "/admin/money?done=%s", acts[act]);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(books_page_of(r, &page));
    return RENDER_AGAIN(r, rc, books, &page);
}

int main(void)
{
    static const struct endpoint books = {
        .name = "books",
        .who = OPERATOR,
        .db = DB_MONEY,
        .body_max_bytes = FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&books, error_view);
}
