#include "app/payout/sepa.h"
#include "base/iban.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

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
    if (order->town[0]) {
        SB_LIT(o, "<PstlAdr>");
        element(o, "TwnNm", order->town, SEPA_ID_MAX_BYTES);
        element(o, "Ctry", order->country, 2);
        SB_LIT(o, "</PstlAdr>");
    }
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

/* The payee's account and name, and whether the payer's address is needed. */
static enum rc check_transfer(struct arena *a, const struct sepa_order *order,
                              const struct sepa_transfer *t, const char **iban, struct problem *why)
{
    const char *as;

    if (!iban_ok(a, t->iban, iban))
        return refuse(why, RC_INVALID, NULL, arena_printf(a, "%s has no valid IBAN.", t->id));
    if (!sepa_reaches(*iban))
        return refuse(
            why, RC_INVALID, NULL,
            arena_printf(a,
                         "%s goes to an account in %.2s, which SEPA transfers do not reach."
                         " Take it out of the run with `payout return`, or use the CSV"
                         " file.",
                         t->id, *iban));
    if (!sepa_writes(a, t->holder, &as))
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a,
                                   "The name of %s cannot be written for a bank. Take it out of the"
                                   " run with `payout return`, or use the CSV file.",
                                   t->id));
    if (!sepa_in_eea(*iban) && (!order->town[0] || !order->country[0]))
        return refuse(why, RC_INVALID, NULL,
                      arena_printf(a,
                                   "%s goes to %.2s, outside the European Economic Area: banks want"
                                   " the payer's address then. Set bank_town and bank_country.",
                                   t->id, *iban));
    return RC_OK;
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
        TRY(check_transfer(a, order, &order->items[i], &iban, why));
        transfer(&o, &order->items[i], iban);
    }
    SB_LIT(&o, "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n");
    *xml = o.buf;
    return RC_OK;
}
