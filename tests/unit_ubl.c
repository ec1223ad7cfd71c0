/* Electronic invoices: what is refused with which sentence, and what is written. With the variable
 * UBL_SAMPLES the invoices are also written into that folder, where einvoice.test.mjs has other
 * programs read them. */
#include "app/income/ubl.h"
#include "base/str.h"
#include "check.h"

static struct arena *a;

static const struct document plain = {
    .number = 17,
    .kind = DOCUMENT_RECEIPT,
    .user_id = 5,
    .issued_ms = INT64_C(1785542400000), /* 1 Aug 2026 */
    .booked_ms = INT64_C(1785542400000),
    .seller_name = "Kino & Söhne <Video>",
    .seller_address = "Hauptstr. 1, Hinterhaus, 10115 Berlin, Germany",
    .seller_country = "DE",
    .seller_vat_id = "DE123456788",
    .seller_tax_number = "",
    .seller_register = "",
    .buyer_name = "Ann \"A\" Example",
    .buyer_email = "ann@example.org",
    .buyer_street = "",
    .buyer_postcode = "",
    .buyer_city = "",
    .buyer_country = "",
    .buyer_vat_id = "",
    .line_text = "Subscription to Kino, 1 month",
    .line_months = 1,
    .line_starts_ms = INT64_C(1785542400000),
    .line_ends_ms = INT64_C(1788220800000), /* 1 Sep 2026 */
    .paid_by = "bank transfer",
    .currency = "EUR",
    .tax_category = "S",
    .tax_reason = "",
    .tax_bp = 2000,
    .net_minor = 832,
    .tax_minor = 167,
    .sha256 = "",
};

static struct document with_buyer(struct document d)
{
    d.buyer_name = "Example AG";
    d.buyer_street = "Rue 2";
    d.buyer_postcode = "75001";
    d.buyer_city = "Paris";
    d.buyer_country = "FR";
    d.buyer_vat_id = "FRXX123456789";
    return d;
}

static struct document untaxed(const char *category, const char *reason)
{
    struct document d = with_buyer(plain);

    d.seller_vat_id = "";
    d.seller_tax_number = "12/345/67890";
    d.tax_category = category;
    d.tax_reason = reason;
    d.tax_bp = d.tax_minor = 0;
    d.net_minor = 999;
    return d;
}

static struct document priced(const char *currency, int64_t net_minor, int64_t tax_minor,
                              int64_t bp)
{
    struct document d = plain;

    d.currency = currency;
    d.net_minor = net_minor;
    d.tax_minor = tax_minor;
    d.tax_bp = bp;
    return d;
}

static struct document corrects(enum document_kind kind, int64_t net_minor, int64_t tax_minor)
{
    struct document d = with_buyer(plain);

    d.number = 18;
    d.kind = kind;
    d.corrects = 17;
    d.corrects_ms = plain.issued_ms;
    d.issued_ms += INT64_C(86400000);
    d.net_minor = net_minor;
    d.tax_minor = tax_minor;
    return d;
}

static struct document voucher(void)
{
    struct document d = plain;

    d.user_id = 0;
    d.buyer_name = "the bearer";
    d.buyer_email = "";
    d.line_text = "Voucher for a subscription to Kino, 3 months";
    d.line_months = 3;
    d.line_starts_ms = d.line_ends_ms = 0;
    return d;
}

static struct document changed(const char *vat_id, const char *tax_number, const char *reg)
{
    struct document d = plain;

    d.seller_vat_id = vat_id;
    d.seller_tax_number = tax_number;
    d.seller_register = reg;
    return d;
}

static struct document late(enum document_kind kind)
{
    struct document d = corrects(kind, 832, 167);

    d.booked_ms -= INT64_C(86400000);
    d.seller_address = "";
    d.seller_register = "HRB 1";
    d.seller_tax_number = "12/345/67890";
    d.line_months = 12;
    return d;
}

struct sample {
    const char *name;
    struct document d;
    const char *has[4], *lacks;
};

static struct sample *samples(size_t *n)
{
    const struct sample all[] = {
        { "plain",
          plain,
          { "<cbc:InvoiceTypeCode>380<", "<cbc:PayableAmount currencyID=\"EUR\">0.00<",
            "<cbc:PostalZone>10115<", "Kino &amp; Söhne &lt;Video&gt;" },
          "<cbc:Line>Germany" },
        { "buyer",
          with_buyer(plain),
          { "<cbc:CompanyID>FRXX123456789<", ">FR</cbc:Ident", "<cbc:EndDate>2026-08-31<",
            "<cbc:Percent>20.00<" },
          "TaxPointDate" },
        { "no-vat-number",
          changed("", "12/345/67890", ""),
          { "<cac:PartyIdentification><cbc:ID>12/345/67890<", "<cbc:ID>TAX<" },
          "DE123456788" },
        { "register",
          changed("", "12/345/67890", "HRB 1"),
          { "<cbc:CompanyID>HRB 1<" },
          "PartyIdentification" },
        { "exempt",
          untaxed("E", "Small business: no VAT is charged."),
          { "<cbc:TaxExemptionReason>Small business", "<cbc:Percent>0.00<" },
          NULL },
        { "outside",
          untaxed("O", "Outside the scope of VAT."),
          { "<cbc:TaxExemptionReason>Outside" },
          "Percent" },
        { "zero", untaxed("Z", ""), { "<cbc:ID>Z<" }, "TaxExemptionReason" },
        { "yen",
          priced("JPY", 909, 91, 1000),
          { ">909</cbc:LineExtensionAmount>", ">0</cbc:PayableAmount>" },
          "909.00" },
        { "dinar",
          priced("KWD", 3000, 150, 500),
          { ">3.00</cbc:LineExtensionAmount>", ">3.15</cbc:PrepaidAmount>" },
          "3.000" },
        { "test", priced("XTS", 839, 160, 1900), { "currencyID=\"XTS\"" }, NULL },
        { "rate", priced("EUR", 947, 52, 550), { "<cbc:Percent>5.50<" }, NULL },
        { "credit",
          corrects(DOCUMENT_CREDIT_NOTE, 832, 167),
          { "<cbc:CreditNoteTypeCode>381<", "<cac:InvoiceDocumentReference>\n<cbc:ID>17<",
            "<cbc:IssueDate>2026-08-01<", "<cbc:CreditedQuantity unitCode=\"MON\">1<" },
          "Invoiced" },
        { "part", corrects(DOCUMENT_CREDIT_NOTE, 334, 66), { ">4.00</cbc:PrepaidAmount>" }, NULL },
        { "again",
          corrects(DOCUMENT_RECEIPT, 832, 167),
          { "<cac:InvoiceDocumentReference>\n<cbc:ID>17<" },
          NULL },
        { "voucher",
          voucher(),
          { "<cbc:InvoicedQuantity unitCode=\"MON\">3<", "the bearer" },
          "InvoicePeriod" },
        { "late",
          late(DOCUMENT_RECEIPT),
          { "<cbc:TaxPointDate>2026-07-31<", "<cbc:BaseQuantity unitCode=\"MON\">12<" },
          "StreetName>H" },
        { "late-credit", late(DOCUMENT_CREDIT_NOTE), { "<cbc:TaxPointDate>2026-07-31<" }, NULL },
    };
    struct sample *copy = arena_array(a, struct sample, COUNT(all));

    *n = COUNT(all);
    memcpy(copy, all, sizeof(all));
    return copy;
}

static void keep(const char *name, const struct sb *o)
{
    const char *folder = getenv("UBL_SAMPLES");
    FILE *f = folder ? fopen(arena_printf(a, "%s/%s.xml", folder, name), "w") : NULL;

    if (folder)
        CHECK(f && fwrite(o->buf, 1, o->len, f) == o->len && fclose(f) == 0);
}

static void invoices_say_what_they_should(void)
{
    size_t n;
    struct sample *all = samples(&n);

    for (struct sample *s = all; s < all + n; s++) {
        struct sb o = { .a = a };
        CHECK(ubl_refusal(a, &s->d) == NULL);
        ubl_write(&o, &s->d);
        for (size_t i = 0; i < COUNT(s->has) && s->has[i]; i++)
            CHECK_STR(strstr(o.buf, s->has[i]) ? "" : s->has[i], "");
        CHECK_STR(s->lacks && strstr(o.buf, s->lacks) ? s->lacks : "", "");
        keep(s->name, &o);
    }
}

static void what_is_missing_is_named(void)
{
    struct document no_country = plain, other_prefix = plain, no_number = changed("", "", ""),
                    no_id = untaxed("O", "Outside."), no_reason = untaxed("E", ""),
                    decimals = priced("KWD", 3001, 150, 500);
    const struct {
        const struct document *d;
        const char *names;
    } rows[] = {
        { &no_country, "seller_country" },   { &other_prefix, "seller_vat_id" },
        { &no_number, "seller_tax_number" }, { &no_id, "seller_register" },
        { &no_reason, "untaxed_reason" },    { &decimals, "two decimals" },
    };

    no_country.seller_country = "";
    other_prefix.seller_country = "FR";
    no_id.seller_tax_number = "";
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *said = ubl_refusal(a, rows[i].d);
        CHECK_STR(said && strstr(said, rows[i].names) ? rows[i].names : said, rows[i].names);
    }
}

/* What XML does not allow, whoever typed it. */
static void no_character_spoils_an_invoice(void)
{
    struct document d = with_buyer(plain);
    struct sb o = { .a = a };

    d.buyer_name = "A\xef\xbf\xbe"
                   "B\xef\xbf\xbf"
                   "C\x01"
                   "D";
    ubl_write(&o, &d);
    CHECK(strstr(o.buf, "A\xef\xbf\xbd"
                        "B\xef\xbf\xbd"
                        "C\xef\xbf\xbd"
                        "D"));
    CHECK(!strstr(o.buf, "\xef\xbf\xbe") && !strchr(o.buf, 1));
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(invoices_say_what_they_should),
        CASE(what_is_missing_is_named),
        CASE(no_character_spoils_an_invoice),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(16 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_ubl");
}
