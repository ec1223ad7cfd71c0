#include "app/payout/sepa.h"
#include "base/iban.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define ALLOWED LETTERS "0123456789/-?:().,'+ "

enum { LATIN_FIRST = 0xC0, LATIN_END = 0x180 };

/* U+00C0 to U+017F, the accented letters of Europe, without their accents. */
static const char plain_latin[] =
    "AAAAAAACEEEEIIIIDNOOOOO.OUUUUYTsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNn"
    "OoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static_assert(sizeof(plain_latin) - 1 == LATIN_END - LATIN_FIRST, "one for each");

/* The next character; the text was checked to be UTF-8 when it was received. */
static unsigned next_char(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    size_t more = s[0] < 0x80 ? 0 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
    unsigned c = more ? s[0] & (0x3Fu >> more) : s[0];

    for (size_t i = 1; i <= more && s[i]; i++)
        c = c << 6 | (s[i] & 0x3F);
    *p += 1 + strnlen(*p + 1, more);
    return c;
}

char *sepa_text(struct arena *a, const char *text, size_t max_bytes)
{
    char *out = arena_alloc(a, max_bytes + 1);

    for (size_t n = 0; *text && n < max_bytes; n++) {
        unsigned c = next_char(&text);
        if (c < 0x80)
            out[n] = strchr(ALLOWED, (int)c) ? (char)c : c == '&' ? '+' : '.';
        else
            out[n] = c >= LATIN_FIRST && c < LATIN_END ? plain_latin[c - LATIN_FIRST] : '.';
    }
    return out;
}

bool sepa_has_letters(const char *sepa_text) { return strpbrk(sepa_text, LETTERS) != NULL; }

/* Write <name>text</name>. sepa_text() leaves no character that XML would have to escape. */
static void element(struct sb *o, const char *name, const char *text, size_t max_bytes)
{
    sb_addf(o, "<%s>%s</%s>", name, sepa_text(o->a, text, max_bytes), name);
}

static void account(struct sb *o, const char *name, const char *iban)
{
    sb_addf(o, "<%s><Id><IBAN>%s</IBAN></Id></%s>", name, iban, name);
}

static void sums(struct sb *o, const struct sepa_order *order, int64_t minor)
{
    sb_addf(o, "<NbOfTxs>%zu</NbOfTxs><CtrlSum>%s</CtrlSum>", order->n,
            fmt_amount(o->a, minor, "EUR"));
}

static void debtor(struct sb *o, const struct sepa_order *order, const char *iban)
{
    SB_LIT(o, "<Dbtr>");
    element(o, "Nm", order->holder, SEPA_NAME_MAX_BYTES);
    SB_LIT(o, "</Dbtr>");
    account(o, "DbtrAcct", iban);
    SB_LIT(o, "<DbtrAgt><FinInstnId>");
    if (order->bic[0])
        element(o, "BICFI", order->bic, 11);
    else
        SB_LIT(o, "<Othr><Id>NOTPROVIDED</Id></Othr>");
    SB_LIT(o, "</FinInstnId></DbtrAgt>\n");
}

static void transfer(struct sb *o, const struct sepa_transfer *t, const char *iban)
{
    SB_LIT(o, "<CdtTrfTxInf><PmtId>");
    element(o, "EndToEndId", t->id, SEPA_ID_MAX_BYTES);
    sb_addf(o, "</PmtId><Amt><InstdAmt Ccy=\"EUR\">%s</InstdAmt></Amt><Cdtr>",
            fmt_amount(o->a, t->amount_minor, "EUR"));
    element(o, "Nm", t->holder, SEPA_NAME_MAX_BYTES);
    SB_LIT(o, "</Cdtr>");
    account(o, "CdtrAcct", iban);
    SB_LIT(o, "<RmtInf>");
    element(o, "Ustrd", t->text, SEPA_TEXT_MAX_BYTES);
    SB_LIT(o, "</RmtInf></CdtTrfTxInf>\n");
}

static enum rc add_up(const struct sepa_order *order, int64_t *minor, struct problem *why)
{
    *minor = 0;
    for (size_t i = 0; i < order->n; i++) {
        int64_t amount = order->items[i].amount_minor;
        if (amount < 1 || amount > SEPA_AMOUNT_MAX_MINOR)
            return refuse(why, RC_INVALID, NULL, "An amount is not one that SEPA can transfer.");
        *minor += amount;
    }
    return order->n ? RC_OK : refuse(why, RC_INVALID, NULL, "There is nothing to transfer.");
}

enum rc sepa_file(struct arena *a, const struct sepa_order *order, const char **xml,
                  struct problem *why)
{
    const char *iban, *at = fmt_iso(a, order->created_ms);
    struct sb o = { .a = a };
    int64_t minor;

    TRY(add_up(order, &minor, why));
    SB_LIT(&o, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
               "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
               "<CstmrCdtTrfInitn>\n<GrpHdr>");
    element(&o, "MsgId", order->id, SEPA_ID_MAX_BYTES);
    sb_addf(&o, "<CreDtTm>%s</CreDtTm>", at);
    sums(&o, order, minor);
    SB_LIT(&o, "<InitgPty>");
    element(&o, "Nm", order->holder, SEPA_NAME_MAX_BYTES);
    SB_LIT(&o, "</InitgPty></GrpHdr>\n<PmtInf>");
    element(&o, "PmtInfId", order->id, SEPA_ID_MAX_BYTES);
    SB_LIT(&o, "<PmtMtd>TRF</PmtMtd>");
    sums(&o, order, minor);
    sb_addf(&o,
            "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
            "<ReqdExctnDt><Dt>%.10s</Dt></ReqdExctnDt>\n",
            fmt_iso(a, order->on_ms));
    if (!iban_ok(a, order->iban, &iban))
        return refuse(why, RC_INVALID, NULL, "The paying account (bank_iban) is not an IBAN.");
    debtor(&o, order, iban);
    SB_LIT(&o, "<ChrgBr>SLEV</ChrgBr>\n");
    for (size_t i = 0; i < order->n; i++) {
        if (!iban_ok(a, order->items[i].iban, &iban))
            return refuse(why, RC_INVALID, NULL,
                          arena_printf(a, "%s has no valid IBAN.", order->items[i].id));
        transfer(&o, &order->items[i], iban);
    }
    SB_LIT(&o, "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n");
    *xml = o.buf;
    return RC_OK;
}
