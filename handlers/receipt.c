/*
 * receipt: one receipt or credit note, for reading and printing.
 *
 *   GET /account/receipt/{number}
 *
 * Who    the member whom it was made out to; for others it does not exist
 * Views  views/receipt.html and views/receipt.json, both of struct receipt_page
 */
#include "app/people/account.h"
#include "app/income/pay.h"
#include "app/income/receipt.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/receipt.h"
#include "web/req.h"

/* The lines of the address, which commas separate in the config. */
static struct line_list address_lines(struct req *r)
{
    const char *s = conf()->seller_address;
    struct line_list lines = { arena_array(r->arena, struct line, strlen(s) + 1), 0 };

    for (size_t n; *s; s += n + (s[n] == ',')) {
        n = strcspn(s, ",");
        lines.items[lines.n++].text = str_clean(r->arena, arena_strn(r->arena, s, n), false);
    }
    return lines;
}

static enum rc show(struct req *r)
{
    const char *number = req_segment(r, 2);
    struct account buyer;
    struct receipt receipt;
    int64_t n;

    if (str_to_i64(number, strlen(number), 1, INT64_MAX, &n) != RC_OK)
        return RC_NOT_FOUND;
    TRY(receipt_get(r->db, r->arena, r->viewer.user_id, n, &receipt));
    TRY(account_get(r->db, r->arena, r->viewer.user_id, &buyer));
    bool credit = receipt.reversal_id > 0;
    int64_t gross = credit ? -receipt.amount_minor : receipt.amount_minor;
    int64_t tax = credit ? -receipt.tax_minor : receipt.tax_minor;
    const char *title = credit ? "Credit note" : "Receipt";
    struct receipt_page page = {
        .frame = frame_of(r, arena_printf(r->arena, "%s %" PRId64, title, n), "account"),
        .credit = credit,
        .seller_name = conf()->seller_name[0] ? conf()->seller_name : conf()->site_name,
        .seller_vat_id = conf()->seller_vat_id,
        .seller_address = address_lines(r),
        .buyer_name = buyer.name,
        .buyer_email = buyer.email,
        .paid_by = pay_means(receipt.provider),
        .currency = receipt.currency,
        .tax_bp = payment_tax_bp(receipt.paid_minor, receipt.paid_tax_minor),
        .number = n,
        .issued_ms = receipt.issued_ms,
        .months = receipt.months,
        .starts_ms = receipt.starts_ms,
        .ends_ms = receipt.ends_ms,
        .net_minor = gross - tax,
        .tax_minor = tax,
        .gross_minor = gross,
    };
    return RENDER(r, receipt, &page);
}

int main(void)
{
    static const struct endpoint receipt = {
        .name = "receipt",
        .who = SIGNED_IN,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&receipt, error_view);
}
