#include "app/income/ubl.h"
#include "base/country.h"
#include "base/fmt.h"
#include "base/str.h"

#define UBL     "urn:oasis:names:specification:ubl:schema:xsd:"
#define EN16931 "urn:cen.eu:en16931:2017"

enum { DECIMALS_MAX = 2, TYPE_INVOICE = 380, TYPE_CREDIT_NOTE = 381 };

/* <cbc:NAME>VALUE</cbc:NAME>; nothing for a value that is "". */
static void basic(struct sb *o, const char *name, const char *value)
{
    if (!value[0])
        return;
    sb_addf(o, "<cbc:%s>", name);
    sb_escaped(o, value);
    sb_addf(o, "</cbc:%s>\n", name);
}

static void date(struct sb *o, const char *name, int64_t ms)
{
    basic(o, name, arena_printf(o->a, "%.10s", fmt_iso(o->a, ms)));
}

/* The amount with at most two decimals; NULL: it has more. */
static const char *decimal(struct arena *a, int64_t minor, const char *currency)
{
    char *s = fmt_amount(a, minor, currency), *point = strchr(s, '.');

    if (!point)
        return s;
    for (char *end = s + strlen(s); end > point + 1 + DECIMALS_MAX; *end = 0)
        if (*--end != '0')
            return NULL;
    return s;
}

static void amount(struct sb *o, const char *name, int64_t minor, const char *currency)
{
    sb_addf(o, "<cbc:%s currencyID=\"%s\">%s</cbc:%s>\n", name, currency,
            decimal(o->a, minor, currency), name);
}

static bool is_credit(const struct document *d) { return d->kind == DOCUMENT_CREDIT_NOTE; }

static bool is_outside(const struct document *d) { return d->tax_category[0] == 'O'; }

static void head(struct sb *o, const struct document *d)
{
    const char *root = is_credit(d) ? "CreditNote" : "Invoice";
    bool other_day = d->booked_ms &&
                     !str_eq(fmt_date(o->a, d->booked_ms), fmt_date(o->a, d->issued_ms));

    sb_addf(o,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"" UBL "%s-2\""
            " xmlns:cac=\"" UBL "CommonAggregateComponents-2\""
            " xmlns:cbc=\"" UBL "CommonBasicComponents-2\">\n",
            root, root);
    basic(o, "CustomizationID", EN16931);
    basic(o, "ID", arena_printf(o->a, "%" PRId64, d->number));
    date(o, "IssueDate", d->issued_ms);
    if (is_credit(d) && other_day)
        date(o, "TaxPointDate", d->booked_ms);
    sb_addf(o, "<cbc:%sTypeCode>%d</cbc:%sTypeCode>\n", root,
            is_credit(d) ? TYPE_CREDIT_NOTE : TYPE_INVOICE, root);
    if (!is_credit(d) && other_day)
        date(o, "TaxPointDate", d->booked_ms);
    basic(o, "DocumentCurrencyCode", d->currency);
}

static void period(struct sb *o, const struct document *d)
{
    if (!d->line_ends_ms)
        return;
    SB_LIT(o, "<cac:InvoicePeriod>\n");
    date(o, "StartDate", d->line_starts_ms);
    date(o, "EndDate", d->line_ends_ms - 1);
    SB_LIT(o, "</cac:InvoicePeriod>\n");
}

static void corrected(struct sb *o, const struct document *d)
{
    if (!d->corrects)
        return;
    SB_LIT(o, "<cac:BillingReference><cac:InvoiceDocumentReference>\n");
    basic(o, "ID", arena_printf(o->a, "%" PRId64, d->corrects));
    date(o, "IssueDate", d->corrects_ms);
    SB_LIT(o, "</cac:InvoiceDocumentReference></cac:BillingReference>\n");
}

static void country(struct sb *o, const char *code)
{
    sb_addf(o,
            "<cac:Country><cbc:IdentificationCode>%s</cbc:IdentificationCode></cac:Country>\n"
            "</cac:PostalAddress>\n",
            code);
}

static void tax_scheme(struct sb *o, const char *id)
{
    sb_addf(o, "<cac:TaxScheme><cbc:ID>%s</cbc:ID></cac:TaxScheme>\n", id);
}

static void tax_number(struct sb *o, const char *number, const char *scheme)
{
    if (!number[0])
        return;
    SB_LIT(o, "<cac:PartyTaxScheme>\n");
    basic(o, "CompanyID", number);
    tax_scheme(o, scheme);
    SB_LIT(o, "</cac:PartyTaxScheme>\n");
}

static void legal_entity(struct sb *o, const char *name, const char *id)
{
    SB_LIT(o, "<cac:PartyLegalEntity>\n");
    basic(o, "RegistrationName", name);
    basic(o, "CompanyID", id);
    SB_LIT(o, "</cac:PartyLegalEntity>\n");
}

/* The last part of an address: "10115 Berlin" has a postcode. */
static void city(struct sb *o, const char *part)
{
    size_t n = strspn(part, "0123456789");
    bool postcode = n >= 4 && n <= 6 && part[n] == ' ';

    basic(o, "CityName", part + (postcode ? n + 1 : 0));
    basic(o, "PostalZone", postcode ? arena_strn(o->a, part, n) : "");
}

/* Parts: street, further lines, city; the name of the country is left out, its code follows. */
static void seller_address(struct sb *o, const struct document *d)
{
    const char *at = d->seller_address, *part, *name = country_name(d->seller_country);
    const char **parts = arena_array(o->a, const char *, strlen(at) + 1);
    size_t n = 0;

    while ((part = document_address_part(o->a, &at)))
        if (part[0] && !str_eq(part, name))
            parts[n++] = part;
    SB_LIT(o, "<cac:PostalAddress>\n");
    if (n > 1) {
        basic(o, "StreetName", parts[0]);
        basic(o, "AdditionalStreetName", n > 2 ? parts[1] : "");
    }
    if (n)
        city(o, parts[n - 1]);
    for (size_t i = 2; i + 1 < n; i++) {
        SB_LIT(o, "<cac:AddressLine>");
        basic(o, "Line", parts[i]);
        SB_LIT(o, "</cac:AddressLine>\n");
    }
    country(o, d->seller_country);
}

static bool states_vat_id(const struct document *d)
{
    return d->seller_vat_id[0] && !is_outside(d);
}

/* The seller's number at the tax office as its identifier, where it has no other. */
static bool is_known_by_tax_number(const struct document *d)
{
    return !states_vat_id(d) && !d->seller_register[0] && d->seller_tax_number[0];
}

static void seller(struct sb *o, const struct document *d)
{
    SB_LIT(o, "<cac:AccountingSupplierParty><cac:Party>\n");
    if (is_known_by_tax_number(d)) {
        SB_LIT(o, "<cac:PartyIdentification>");
        basic(o, "ID", d->seller_tax_number);
        SB_LIT(o, "</cac:PartyIdentification>\n");
    }
    seller_address(o, d);
    tax_number(o, states_vat_id(d) ? d->seller_vat_id : "", "VAT");
    tax_number(o, is_outside(d) ? "" : d->seller_tax_number, "TAX");
    legal_entity(o, d->seller_name, d->seller_register);
    SB_LIT(o, "</cac:Party></cac:AccountingSupplierParty>\n");
}

static void buyer(struct sb *o, const struct document *d)
{
    SB_LIT(o, "<cac:AccountingCustomerParty><cac:Party>\n<cac:PostalAddress>\n");
    basic(o, "StreetName", d->buyer_street);
    basic(o, "CityName", d->buyer_city);
    basic(o, "PostalZone", d->buyer_postcode);
    country(o, d->buyer_country[0] ? d->buyer_country : d->seller_country);
    tax_number(o, is_outside(d) ? "" : d->buyer_vat_id, "VAT");
    legal_entity(o, d->buyer_name, "");
    if (d->buyer_email[0]) {
        SB_LIT(o, "<cac:Contact>\n");
        basic(o, "ElectronicMail", d->buyer_email);
        SB_LIT(o, "</cac:Contact>\n");
    }
    SB_LIT(o, "</cac:Party></cac:AccountingCustomerParty>\n");
}

/* Code 1 of UNCL4461: the words say how it was paid. */
static void means(struct sb *o, const struct document *d)
{
    SB_LIT(o, "<cac:PaymentMeans><cbc:PaymentMeansCode name=\"");
    sb_escaped(o, d->paid_by);
    SB_LIT(o, "\">1</cbc:PaymentMeansCode></cac:PaymentMeans>\n");
}

static void category(struct sb *o, const struct document *d, const char *element, bool reason)
{
    sb_addf(o, "<cac:%s>\n", element);
    basic(o, "ID", d->tax_category);
    if (!is_outside(d))
        sb_addf(o, "<cbc:Percent>%" PRId64 ".%02" PRId64 "</cbc:Percent>\n", d->tax_bp / 100,
                d->tax_bp % 100);
    basic(o, "TaxExemptionReason", reason ? d->tax_reason : "");
    tax_scheme(o, "VAT");
    sb_addf(o, "</cac:%s>\n", element);
}

static void totals(struct sb *o, const struct document *d)
{
    int64_t gross = d->net_minor + d->tax_minor;

    SB_LIT(o, "<cac:TaxTotal>\n");
    amount(o, "TaxAmount", d->tax_minor, d->currency);
    SB_LIT(o, "<cac:TaxSubtotal>\n");
    amount(o, "TaxableAmount", d->net_minor, d->currency);
    amount(o, "TaxAmount", d->tax_minor, d->currency);
    category(o, d, "TaxCategory", true);
    SB_LIT(o, "</cac:TaxSubtotal></cac:TaxTotal>\n<cac:LegalMonetaryTotal>\n");
    amount(o, "LineExtensionAmount", d->net_minor, d->currency);
    amount(o, "TaxExclusiveAmount", d->net_minor, d->currency);
    amount(o, "TaxInclusiveAmount", gross, d->currency);
    amount(o, "PrepaidAmount", gross, d->currency);
    amount(o, "PayableAmount", 0, d->currency);
    SB_LIT(o, "</cac:LegalMonetaryTotal>\n");
}

static void months(struct sb *o, const char *element, const struct document *d)
{
    sb_addf(o, "<cbc:%s unitCode=\"MON\">%" PRId64 "</cbc:%s>\n", element, d->line_months, element);
}

/* The price is that of all months, so that it need not be rounded. */
static void line(struct sb *o, const struct document *d)
{
    const char *root = is_credit(d) ? "CreditNoteLine" : "InvoiceLine";

    sb_addf(o, "<cac:%s>\n", root);
    basic(o, "ID", "1");
    months(o, is_credit(d) ? "CreditedQuantity" : "InvoicedQuantity", d);
    amount(o, "LineExtensionAmount", d->net_minor, d->currency);
    period(o, d);
    SB_LIT(o, "<cac:Item>\n");
    basic(o, "Name", d->line_text);
    category(o, d, "ClassifiedTaxCategory", false);
    SB_LIT(o, "</cac:Item>\n<cac:Price>\n");
    amount(o, "PriceAmount", d->net_minor, d->currency);
    months(o, "BaseQuantity", d);
    sb_addf(o, "</cac:Price>\n</cac:%s>\n", root);
}

void ubl_write(struct sb *o, const struct document *d)
{
    head(o, d);
    period(o, d);
    corrected(o, d);
    seller(o, d);
    buyer(o, d);
    means(o, d);
    totals(o, d);
    line(o, d);
    sb_addf(o, "</%s>\n", is_credit(d) ? "CreditNote" : "Invoice");
}

static bool has_prefix(const char *vat_id, const char *code)
{
    return strncmp(vat_id, str_eq(code, "GR") ? "EL" : code, 2) == 0 ||
           (str_eq(code, "GB") && strncmp(vat_id, "XI", 2) == 0) ||
           (str_eq(code, "MC") && strncmp(vat_id, "FR", 2) == 0);
}

const char *ubl_refusal(struct arena *a, const struct document *d)
{
    const int64_t amounts[] = { d->net_minor, d->tax_minor, d->net_minor + d->tax_minor };

    if (!country_name(d->seller_country))
        return "This document does not name the seller's country, which an electronic invoice needs. "
               "Set seller_country: documents issued from then on will have it.";
    if (d->seller_vat_id[0] && !has_prefix(d->seller_vat_id, d->seller_country))
        return "The seller's VAT number does not begin with the letters of the seller's country. Set "
               "seller_vat_id and seller_country to what the tax office has written.";
    if (!is_outside(d) && !d->seller_vat_id[0] && !d->seller_tax_number[0])
        return "This document names neither a VAT number nor a tax number of the seller, and an "
               "electronic invoice needs one. Set seller_vat_id or seller_tax_number: documents "
               "issued from then on will have it.";
    if (is_outside(d) && !d->seller_register[0] && !d->seller_tax_number[0])
        return "This document names neither a register's number nor a tax number of the seller, and "
               "an electronic invoice needs one. Set seller_register or seller_tax_number: "
               "documents issued from then on will have it.";
    if (strchr("EO", d->tax_category[0]) && !d->tax_reason[0])
        return "This document has no tax and does not say why, which an electronic invoice needs. Set "
               "untaxed_reason: documents issued from then on will have it.";
    for (size_t i = 0; i < COUNT(amounts); i++)
        if (!decimal(a, amounts[i], d->currency))
            return "Electronic invoices of EN 16931 have at most two decimals, and an amount of this "
                   "document has three. Choose a price and a tax rate whose amounts end in 0.";
    return NULL;
}
