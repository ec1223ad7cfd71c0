/* The driver payout_manual, and the file of a run for the bank: payout_export(). */
#include "app/money/ledger.h"
#include "app/payout/payout_driver.h"
#include "app/payout/sepa.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

/* The text that identifies the transfer on both bank statements. */
static const char *end_to_end_id(struct arena *a, int64_t payout_id)
{
    return arena_printf(a, "OVS-P%" PRId64, payout_id);
}

static enum rc send(struct db *db, struct arena *a, const struct payout_order *o,
                    struct payout_fact *out)
{
    (void)db;
    *out = (struct payout_fact){ .ref = end_to_end_id(a, o->payout_id),
                                 .payout_id = o->payout_id,
                                 .answer = PAYOUT_SENT };
    return RC_OK;
}

/* Sending has no effect outside this database, so there is never anything to find. */
static enum rc find(struct db *db, struct arena *a, int64_t payout_id, struct payout_fact *out)
{
    (void)db, (void)a, (void)payout_id, (void)out;
    return RC_NOT_FOUND;
}

static enum rc balance(struct db *db, struct arena *a, int64_t *minor)
{
    return ledger_sum(db, a, (struct ledger_account_ref){ ACCOUNT_BANK, 0 }, conf()->currency,
                      minor);
}

const struct payout_driver payout_manual = {
    .name = "manual",
    .send = send,
    .find = find,
    .balance = balance,
};

/* The payouts in a complete run's file: all that were sent, even those that came back. */
static enum rc exported(struct db *db, struct arena *a, int64_t run_id, struct payout_list *out,
                        struct problem *why)
{
    struct payout_list all;

    TRY(payout_list_run(db, a, run_id, &all));
    *out = (struct payout_list){ arena_array(a, struct payout, all.n), 0 };
    for (size_t i = 0; i < all.n; i++) {
        const struct payout *p = &all.items[i];
        if (!str_eq(p->provider, pay_manual.name))
            return refuse(why, RC_CONFLICT, NULL, "This run was paid through another provider.");
        if (p->state == PAYOUT_SENT || p->state == PAYOUT_PAID || p->state == PAYOUT_RETURNED)
            out->items[out->n++] = *p;
        else if (p->state != PAYOUT_FAILED)
            return refuse(why, RC_CONFLICT, NULL,
                          arena_printf(a,
                                       "Payout %" PRId64 " is still %s: jobs/payout_run and"
                                       " jobs/payout_poll will continue with it.",
                                       p->id, payout_state_word(p->state)));
    }
    return out->n ? RC_OK : refuse(why, RC_NOT_FOUND, NULL, "Nobody was paid in this run.");
}

static const char *remittance(struct arena *a, const struct payout_run *run)
{
    return arena_printf(a, "%s %04d-%02d", conf()->site_name, (int)(run->month / 100),
                        (int)(run->month % 100));
}

static enum rc as_sepa(struct arena *a, const struct payout_run *run,
                       const struct payout_list *list, const char **text, struct problem *why)
{
    struct sepa_transfer *t = arena_array(a, struct sepa_transfer, list->n);
    struct sepa_order order = {
        .id = arena_printf(a, "OVS-%" PRId64 "-R%" PRId64, run->month, run->id),
        .created_ms = run->reserved_ms,
        .holder = conf()->bank_holder,
        .iban = conf()->bank_iban,
        .bic = conf()->bank_bic,
        .items = t,
        .n = list->n,
    };

    if (!str_eq(run->currency, "EUR"))
        return refuse(why, RC_INVALID, NULL, "SEPA transfers euros only; use the CSV file.");
    if (!conf()->bank_holder[0])
        return refuse(why, RC_INVALID, NULL, "Set bank_holder and bank_iban first.");
    for (size_t i = 0; i < list->n; i++) {
        const struct payout *p = &list->items[i];
        t[i] = (struct sepa_transfer){ .id = end_to_end_id(a, p->id),
                                       .holder = p->holder,
                                       .text = remittance(a, run),
                                       .amount_minor = p->amount_minor };
        TRY(payee_unseal(a, p->user_id, p->iban_sealed, &t[i].iban));
    }
    return sepa_file(a, &order, text, why);
}

/* A field of RFC 4180. The characters of SEPA include no double quote; text that a spreadsheet
 * would take for a formula gets an apostrophe in front. */
static void field(struct sb *o, const char *text)
{
    const char *plain = sepa_text(o->a, text, SEPA_TEXT_MAX_BYTES);

    sb_addf(o, "\"%s%s\"", strchr("+-", plain[0]) && plain[0] ? "'" : "", plain);
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
        sb_addf(&o, "%" PRId64 ",%s,", p->id, end_to_end_id(a, p->id));
        field(&o, p->holder);
        sb_addf(&o, ",%s,%s,%s,", iban, fmt_amount(a, p->amount_minor, p->currency), p->currency);
        field(&o, remittance(a, run));
        SB_LIT(&o, "\r\n");
    }
    *text = o.buf;
    return RC_OK;
}

enum rc payout_export(struct db *db, struct arena *a, int64_t run_id, enum payout_format format,
                      const char **text, struct problem *why)
{
    struct payout_list list;
    struct payout_run run;

    TRY(payout_run_get(db, a, run_id, &run));
    if (run.reserved_ms == 0)
        return refuse(why, RC_CONFLICT, NULL,
                      "This run is not complete: jobs/payout_run will continue it.");
    TRY(exported(db, a, run_id, &list, why));
    return format == PAYOUT_SEPA ? as_sepa(a, &run, &list, text, why)
                                 : as_csv(a, &run, &list, text);
}
