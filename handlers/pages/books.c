#include "pages/books.h"
#include "app/money/month.h"
#include "base/fmt.h"
#include "base/sheet.h"
#include "base/str.h"
#include "pages/chart.h"
#include "pages/terms.h"
#include "web/req.h"

/* RC_NOT_FOUND is not a refusal: there is none yet. */
static enum rc found(enum rc rc, bool *has)
{
    *has = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void draw(struct req *r, struct books_page *page)
{
    int64_t in[BOOKS_MONTHS];
    const char *labels[BOOKS_MONTHS];

    for (size_t i = 0; i < page->months.n; i++) {
        const struct book_month *m = &page->months.items[page->months.n - 1 - i];
        in[i] = MAX_OF(m->in_minor, 0);
        labels[i] = arena_printf(r->arena, "%s: %s in", fmt_month(r->arena, m->month),
                                 fmt_money(r->arena, m->in_minor, page->currency));
    }
    page->chart = chart_of(r->arena, in, labels, page->months.n);
}

static enum rc read_switch(struct req *r, struct books_page *page)
{
    const char *payouts;

    TRY(setting_get(r->db, r->arena, "payouts", "on", &payouts));
    page->payouts_on = str_eq(payouts, "on");
    return found(setting_changed(r->db, r->arena, "payouts", &page->change), &page->switched);
}

enum rc books_page_of(struct req *r, struct books_page *page)
{
    struct books books;

    *page = (struct books_page){
        .frame = frame_of(r, "Money", "admin"),
        .month = fmt_month_path(r->arena, month_of(r->now_ms)),
    };
    TRY(pay_books_currency(r->db, r->arena, &page->currency));
    TRY(books_read(r->db, r->arena, page->currency, r->now_ms, &books));
    page->totals = books.totals;
    page->covered = books.totals.assets_minor >= books.totals.owed_minor;
    page->months = books.months;
    page->owed = books.owed;
    draw(r, page);
    TRY(found(audit_last(r->db, r->arena, &page->audit), &page->has_audit));
    TRY(read_switch(r, page));
    TRY(hold_list(r->db, r->arena, &page->holds));
    TRY(books_payouts(r->db, r->arena, page->currency, &page->states));
    TRY(payout_list_all(r->db, r->arena, &page->payouts));
    TRY(payout_run_list(r->db, r->arena, &page->runs));
    return policy_list(r->db, r->arena, &page->policies);
}

enum rc books_csv(struct req *r)
{
    const char *currency;
    struct book_month_list list;

    TRY(pay_books_currency(r->db, r->arena, &currency));
    struct sb *o = reply_type(r, "text/csv; charset=utf-8");
    TRY(books_months(r->db, r->arena, currency, &list));
    reply_header(r, "Content-Disposition", "attachment; filename=\"money.csv\"");
    sb_str(o, "month,currency,in,fees,refunds,payouts,other\r\n");
    for (const struct book_month *m = list.items; m < list.items + list.n; m++) {
        const int64_t amounts[] = { m->in_minor, m->fees_minor, m->refunds_minor, m->payouts_minor,
                                    m->other_minor };
        sheet_text(o, fmt_month_path(r->arena, m->month));
        sheet_text(o, currency);
        for (size_t i = 0; i < COUNT(amounts); i++)
            sheet_text(o, fmt_amount(r->arena, amounts[i], currency));
        sheet_end(o);
    }
    return RC_OK;
}
