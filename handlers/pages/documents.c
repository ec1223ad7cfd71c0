#include "pages/documents.h"
#include "app/income/pay.h"
#include "app/people/account.h"
#include "base/clock.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

static enum rc read_day(struct req *r, const char *name, int64_t absent, int64_t *ms)
{
    const char *typed = query_str(r, name);

    *ms = absent;
    if (typed[0] && fmt_read_date(typed, ms) != RC_OK)
        return refuse(&r->why, RC_INVALID, name, "A day is written like 2026-11-22.");
    return RC_OK;
}

enum rc query_period(struct req *r, int64_t *from_ms, int64_t *to_ms)
{
    TRY(read_day(r, "from", 0, from_ms));
    TRY(read_day(r, "to", INT64_MAX - DAY_MS, to_ms));
    *to_ms += DAY_MS;
    return *from_ms < *to_ms
               ? RC_OK
               : refuse(&r->why, RC_INVALID, "to", "The last day is before the first one.");
}

static enum rc read_member(struct req *r, const char *typed, int64_t *user_id)
{
    struct account member;

    if (!typed[0])
        return RC_OK;
    enum rc rc = account_by_handle(r->db, r->arena, typed + (*typed == '@'), &member);
    if (rc == RC_NOT_FOUND)
        return refuse(&r->why, RC_INVALID, "member", "Nobody has this handle.");
    *user_id = member.id;
    return rc;
}

static enum rc read_search(struct req *r, const struct documents_page *page,
                           struct document_search *s)
{
    s->kind = page->kind;
    s->below = query_i64(r, "below", 1, INT64_MAX, INT64_MAX);
    if (page->number[0] &&
        str_to_i64(page->number, strlen(page->number), 1, INT64_MAX, &s->number) != RC_OK)
        return refuse(&r->why, RC_INVALID, "number", "A number has only digits.");
    TRY(read_member(r, page->member, &s->user_id));
    TRY(query_period(r, &s->from_ms, &s->to_ms));
    if (page->amount[0] &&
        fmt_read_amount(page->amount, pay_currency(), LEDGER_AMOUNT_MAX, &s->gross_minor) != RC_OK)
        return refuse(&r->why, RC_INVALID, "amount", "An amount is written like 9.99.");
    return RC_OK;
}

static const char *url_of(struct req *r, const struct documents_page *p, const char *file)
{
    return arena_printf(r->arena, "/admin/documents%s?from=%s&to=%s", file, p->from, p->to);
}

static const char *next_of(struct req *r, const struct documents_page *p, int64_t below)
{
    return arena_printf(r->arena, "%s&member=%s&kind=%s&amount=%s&below=%" PRId64, url_of(r, p, ""),
                        p->member, p->kind, p->amount, below);
}

enum rc documents_page_of(struct req *r, struct documents_page *page)
{
    static const char *const kinds[] = { "", "receipt", "credit_note" };
    struct document_search s = { 0 };

    *page = (struct documents_page){
        .frame = frame_of(r, "Receipts and credit notes", "admin"),
        .number = query_str(r, "number"),
        .member = str_clean(r->arena, query_str(r, "member"), false),
        .from = query_str(r, "from"),
        .to = query_str(r, "to"),
        .kind = kinds[query_choice(r, "kind", kinds, COUNT(kinds), 0)],
        .amount = query_str(r, "amount"),
        .next_url = "",
        .csv_url = "",
        .zip_url = "",
    };
    enum rc rc = read_search(r, page, &s);
    page->why = r->why;
    TRY(rc);
    page->searched = s.number || s.user_id || s.gross_minor || page->from[0] || page->to[0] ||
                     s.kind[0];
    page->csv_url = url_of(r, page, ".csv");
    page->zip_url = url_of(r, page, ".zip");
    TRY(document_find(r->db, r->arena, &s, &page->rows));
    if (page->rows.n > DOCUMENTS_PAGE) {
        page->rows.n = DOCUMENTS_PAGE;
        page->next_url = next_of(r, page, page->rows.items[DOCUMENTS_PAGE - 1].number);
    }
    return RC_OK;
}
