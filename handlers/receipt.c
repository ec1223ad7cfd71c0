/*
 * receipt: one receipt or credit note as it was issued, for reading, printing and filing.
 *
 *   GET /account/receipt/{number}       the page
 *   GET /account/receipt/{number}.xml   the electronic invoice (EN 16931 in UBL 2.1); 409 with what
 *                                       the operator has to set when it cannot be one
 *
 * Who    the member whom it was made out to, and operators; for others it does not exist
 * Views  views/receipt.html and views/receipt.json, both of struct receipt_page
 */
#include "app/income/ubl.h"
#include "base/country.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/receipt.h"
#include "web/req.h"

static struct line_list address_lines(struct req *r, const char *address)
{
    struct line_list lines = { arena_array(r->arena, struct line, strlen(address) + 1), 0 };

    for (const char *part; (part = document_address_part(r->arena, &address));)
        lines.items[lines.n++].text = part;
    return lines;
}

static const char *or_none(const char *s) { return s ? s : ""; }

static enum rc invoice(struct req *r, const struct document *d)
{
    const char *refusal = ubl_refusal(r->arena, d);

    if (refusal)
        return refuse(&r->why, RC_CONFLICT, NULL, refusal);
    reply_header(r, "Content-Disposition",
                 arena_printf(r->arena, "attachment; filename=\"%s-%" PRId64 ".xml\"",
                              document_kind_word(d->kind), d->number));
    ubl_write(reply_type(r, "application/xml; charset=utf-8"), d);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    const char *name = req_segment(r, 2), *dot = strchr(name, '.');
    bool every = r->viewer.role >= ROLE_OPERATOR;
    struct document d;
    int64_t n;

    if (str_to_i64(name, strcspn(name, "."), 1, INT64_MAX, &n) != RC_OK)
        return RC_NOT_FOUND;
    TRY(document_get(r->db, r->arena, every ? 0 : r->viewer.user_id, n, &d));
    if (dot)
        return invoice(r, &d);
    bool credit = d.kind == DOCUMENT_CREDIT_NOTE;
    const char *title = credit ? "Credit note" : "Receipt";
    struct receipt_page page = {
        .frame = frame_of(r, arena_printf(r->arena, "%s %" PRId64, title, n), "account"),
        .d = d,
        .seller_address = address_lines(r, d.seller_address),
        .credit = credit,
        .own = d.user_id == r->viewer.user_id,
        .test = str_eq(d.currency, "XTS"),
        .buyer_country = or_none(country_name(d.buyer_country)),
        .line_of_city = str_clean(
            r->arena, arena_printf(r->arena, "%s %s", d.buyer_postcode, d.buyer_city), false),
        .refusal = or_none(ubl_refusal(r->arena, &d)),
    };
    return RENDER(r, receipt, &page);
}

int main(void)
{
    static const struct endpoint receipt = {
        .name = "receipt",
        .who = SIGNED_IN,
        .for_restricted = true,
        .db = DB_MONEY,
        .on = { [GET] = show },
    };
    return serve(&receipt, error_view);
}
