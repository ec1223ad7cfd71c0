#include "app/income/document_export.h"
#include "app/income/ubl.h"
#include "base/country.h"
#include "base/fmt.h"
#include "base/sheet.h"
#include "base/str.h"

void document_sheet_head(struct sb *o)
{
    SB_LIT(o, "number,kind,issued,booked,corrects,buyer,email,street,postcode,city,country,vat_id,"
              "text,from,to,paid_by,currency,net,tax,gross,rate,category,xml,sha256\r\n");
}

static void day(struct sb *o, int64_t ms)
{
    sheet_text(o, ms ? arena_printf(o->a, "%.10s", fmt_iso(o->a, ms)) : "");
}

static void number(struct sb *o, int64_t n)
{
    sheet_text(o, n ? arena_printf(o->a, "%" PRId64, n) : "");
}

void document_sheet_row(struct sb *o, const struct document *d)
{
    const char *buyer[] = { d->buyer_name, d->buyer_email,   d->buyer_street, d->buyer_postcode,
                            d->buyer_city, d->buyer_country, d->buyer_vat_id, d->line_text };
    const int64_t amounts[] = { d->net_minor, d->tax_minor, d->net_minor + d->tax_minor };

    number(o, d->number);
    sheet_text(o, document_kind_word(d->kind));
    day(o, d->issued_ms);
    day(o, d->booked_ms);
    number(o, d->corrects);
    for (size_t i = 0; i < COUNT(buyer); i++)
        sheet_text(o, buyer[i]);
    day(o, d->line_starts_ms);
    day(o, d->line_ends_ms);
    sheet_text(o, d->paid_by);
    sheet_text(o, d->currency);
    for (size_t i = 0; i < COUNT(amounts); i++)
        sheet_text(o, fmt_amount(o->a, amounts[i], d->currency));
    sheet_text(o, arena_printf(o->a, "%" PRId64 ".%02" PRId64, d->tax_bp / 100, d->tax_bp % 100));
    sheet_text(o, d->tax_category);
    sheet_text(o, ubl_refusal(o->a, d) ? "no" : "yes");
    sheet_text(o, d->sha256);
    sheet_end(o);
}

const char *document_file_name(struct arena *a, const struct document *d, const char *ending)
{
    return arena_printf(a, "%s-%" PRId64 ".%s", document_kind_word(d->kind), d->number, ending);
}

/* A line of a party; nothing for one that is empty. */
static void party_line(struct sb *o, const char *before, const char *text)
{
    if (!text[0])
        return;
    sb_addf(o, "<br>%s", before);
    sb_escaped(o, text);
}

static void seller(struct sb *o, const struct document *d)
{
    const char *at = d->seller_address;

    SB_LIT(o, "<h2>From</h2>\n<p>");
    sb_escaped(o, d->seller_name);
    for (const char *part; (part = document_address_part(o->a, &at));)
        party_line(o, "", part);
    party_line(o, "VAT number ", d->seller_vat_id);
    party_line(o, "Tax number ", d->seller_tax_number);
    party_line(o, "Register ", d->seller_register);
    SB_LIT(o, "</p>\n");
}

static void buyer(struct sb *o, const struct document *d)
{
    const char *country = country_name(d->buyer_country);

    SB_LIT(o, "<h2>To</h2>\n<p>");
    sb_escaped(o, d->buyer_name);
    party_line(o, "", d->buyer_street);
    party_line(
        o, "",
        str_clean(o->a, arena_printf(o->a, "%s %s", d->buyer_postcode, d->buyer_city), false));
    party_line(o, "", country ? country : "");
    party_line(o, "VAT number ", d->buyer_vat_id);
    party_line(o, "", d->buyer_email);
    SB_LIT(o, "</p>\n");
}

static void row(struct sb *o, const char *name, const char *value)
{
    sb_addf(o, "<tr><th scope=\"row\">%s</th><td>", name);
    sb_escaped(o, value);
    SB_LIT(o, "</td></tr>\n");
}

static void rows(struct sb *o, const struct document *d, bool credit)
{
    struct arena *a = o->a;

    row(o, "Date", fmt_date(a, d->issued_ms));
    if (d->corrects)
        row(o, credit ? "Takes back receipt" : "Takes back credit note",
            arena_printf(a, "%" PRId64 " of %s", d->corrects, fmt_date(a, d->corrects_ms)));
    row(o, "For", d->line_text);
    if (d->line_ends_ms)
        row(o, "Period",
            arena_printf(a, "%s to %s", fmt_date(a, d->line_starts_ms),
                         fmt_date(a, d->line_ends_ms)));
    row(o, credit ? "Refunded to" : "Paid by", d->paid_by);
    row(o, "Net", fmt_money(a, d->net_minor, d->currency));
    row(o, d->tax_bp ? arena_printf(a, "Tax, %s", fmt_percent(a, d->tax_bp)) : "Tax",
        fmt_money(a, d->tax_minor, d->currency));
    row(o, credit ? "Refunded" : "Total paid",
        fmt_money(a, d->net_minor + d->tax_minor, d->currency));
}

void document_html(struct sb *o, const struct document *d)
{
    bool credit = d->kind == DOCUMENT_CREDIT_NOTE;
    const char *title = arena_printf(o->a, "%s %" PRId64, credit ? "Credit note" : "Receipt",
                                     d->number);

    sb_addf(
        o,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n"
        "<style>@page { size: A4; margin: 2cm } body { font: 11pt sans-serif; max-width: 17cm }"
        " th { text-align: left; padding-right: 2em; font-weight: normal }</style>\n"
        "</head>\n<body>\n<h1>%s</h1>\n",
        title, title);
    seller(o, d);
    buyer(o, d);
    SB_LIT(o, "<table>\n");
    rows(o, d, credit);
    SB_LIT(o, "</table>\n");
    if (d->tax_reason[0]) {
        SB_LIT(o, "<p>");
        sb_escaped(o, d->tax_reason);
        SB_LIT(o, "</p>\n");
    }
    if (str_eq(d->currency, "XTS"))
        SB_LIT(o, "<p>Test money: nothing was really paid.</p>\n");
    if (d->afterwards)
        SB_LIT(o, "<p>Issued before this site stored its documents, and stored later as it would "
                  "have been shown then.</p>\n");
    SB_LIT(o, "</body>\n</html>\n");
}

static enum rc add_files(struct zip *z, struct arena *a, const struct document *d)
{
    struct sb html = { .a = a }, xml = { .a = a };

    document_html(&html, d);
    TRY(zip_add(z, document_file_name(a, d, "html"), html.buf, html.len, d->issued_ms));
    if (ubl_refusal(a, d))
        return RC_OK;
    ubl_write(&xml, d);
    return zip_add(z, document_file_name(a, d, "xml"), xml.buf, xml.len, d->issued_ms);
}

enum rc document_archive(struct db *db, struct arena *a, struct arena *item,
                         const struct document_search *period, int64_t *after, size_t max,
                         struct zip *z, size_t *n)
{
    struct sb sheet = { .a = a };
    struct document_list list = { .n = 1 };
    int64_t newest_ms = 0;

    document_sheet_head(&sheet);
    for (*n = 0; list.n && *n < max;) {
        TRY(document_next(db, item, period->from_ms, period->to_ms, *after, &list));
        for (size_t i = 0; i < list.n && *n < max; i++, ++*n) {
            struct sb line = { .a = item };
            TRY(add_files(z, item, &list.items[i]));
            document_sheet_row(&line, &list.items[i]);
            sb_add(&sheet, line.buf, line.len);
            *after = list.items[i].number;
            newest_ms = MAX_OF(newest_ms, list.items[i].issued_ms);
        }
        if (item != a)
            arena_reset(item);
    }
    if (*n == 0)
        return RC_NOT_FOUND;
    TRY(zip_add(z, "documents.csv", sheet.buf, sheet.len, newest_ms));
    return zip_end(z);
}
