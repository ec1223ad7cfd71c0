/* The driver payout_manual, and how the file of a run looks; payout_export.c decides what is in it. */
#include "app/money/ledger.h"
#include "app/payout/payout_file.h"
#include "app/payout/sepa.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

static enum rc balance(struct db *db, struct arena *a, int64_t *minor)
{
    return ledger_sum(db, a, (struct ledger_account_ref){ ACCOUNT_BANK, 0 }, conf()->currency,
                      minor);
}

const struct payout_driver payout_manual = {
    .name = "manual",
    .balance = balance,
};

static const char *remittance(struct arena *a, const struct payout_run *run)
{
    return arena_printf(a, "%s %04d-%02d", conf()->site_name, (int)(run->month / 100),
                        (int)(run->month % 100));
}

static enum rc as_sepa(struct arena *a, const struct payout_run *run, int64_t now_ms,
                       const struct payout_list *list, struct payout_file *made,
                       struct problem *why)
{
    struct sepa_transfer *t = arena_array(a, struct sepa_transfer, list->n);
    struct sepa_order order = {
        .id = made->id,
        .created_ms = now_ms,
        .on_ms = made->on_ms,
        .holder = conf()->bank_holder,
        .iban = conf()->bank_iban,
        .bic = conf()->bank_bic,
        .town = conf()->bank_town,
        .country = conf()->bank_country,
        .items = t,
        .n = list->n,
    };

    if (!str_eq(run->currency, "EUR"))
        return refuse(why, RC_INVALID, NULL, "SEPA transfers euros only; use the CSV file.");
    if (!conf()->bank_holder[0])
        return refuse(why, RC_INVALID, NULL, "Set bank_holder and bank_iban first.");
    for (size_t i = 0; i < list->n; i++) {
        const struct payout *p = &list->items[i];
        t[i] = (struct sepa_transfer){ .id = payout_bank_id(a, p->id),
                                       .holder = p->holder,
                                       .text = remittance(a, run),
                                       .amount_minor = p->amount_minor };
        TRY(payee_unseal(a, p->user_id, p->iban_sealed, &t[i].iban));
    }
    return sepa_file(a, &order, &made->text, why);
}

/* A field of RFC 4180: text that a spreadsheet would take for a formula gets an apostrophe in front. A name
 * that SEPA cannot write stays as it is, for this file is for other transfers, too. */
static void field(struct sb *o, const char *text)
{
    const char *plain;

    if (!sepa_writes(o->a, text, &plain))
        plain = text;
    sb_addf(o, "\"%s", *plain && strchr("=+-@", *plain) ? "'" : "");
    for (const char *c = plain; *c; c++)
        sb_addf(o, *c == '"' ? "\"\"" : "%c", *c);
    SB_LIT(o, "\"");
}

static enum rc as_csv(struct arena *a, const struct payout_run *run, const struct payout_list *list,
                      const char **text)
{
    struct sb o = { .a = a };
    const char *iban;

    SB_LIT(&o, "id,end_to_end_id,holder,iban,amount,currency,text\r\n");
    for (size_t i = 0; i < list->n; i++) {
        const struct payout *p = &list->items[i];
        TRY(payee_unseal(a, p->user_id, p->iban_sealed, &iban));
        sb_addf(&o, "%" PRId64 ",%s,", p->id, payout_bank_id(a, p->id));
        field(&o, p->holder);
        sb_addf(&o, ",%s,%s,%s,", iban, fmt_amount(a, p->amount_minor, p->currency), p->currency);
        field(&o, remittance(a, run));
        SB_LIT(&o, "\r\n");
    }
    *text = o.buf;
    return RC_OK;
}

enum rc payout_file_write(struct arena *a, const struct payout_run *run, int64_t now_ms,
                          const struct payout_list *list, enum payout_format format,
                          struct payout_file *made, struct problem *why)
{
    made->id = arena_printf(a, "OVS-%" PRId64 "-R%" PRId64 "-%" PRId64, run->month, run->id,
                            run->exports);
    return format == PAYOUT_SEPA ? as_sepa(a, run, now_ms, list, made, why)
                                 : as_csv(a, run, list, &made->text);
}
