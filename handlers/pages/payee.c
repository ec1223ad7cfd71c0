#include "pages/payee.h"
#include "app/people/account.h"
#include "app/money/ledger.h"
#include "app/payout/payout.h"
#include "app/payout/sepa.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "pages/payee_changes.h"
#include "pages/terms.h"

/* A payout's state as a person says it. */
static const char *const words_of[] = {
    [PAYOUT_RESERVED] = "queued",    [PAYOUT_EXPORTED] = "handed to the bank",
    [PAYOUT_SENDING] = "being sent", [PAYOUT_UNKNOWN] = "being checked",
    [PAYOUT_SENT] = "on its way",    [PAYOUT_PAID] = "paid",
    [PAYOUT_FAILED] = "not sent",    [PAYOUT_RETURNED] = "came back",
};

static enum rc add_account(struct req *r, struct payee_page *page)
{
    const char *sealed;
    struct payee p;
    enum rc rc = payee_get(r->db, r->arena, r->viewer.user_id, &p);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    page->state = str_eq(p.provider, conf()->pay_provider) ? p.state : PAYEE_INCOMPLETE;
    page->holder = p.holder;
    page->vat_id = p.vat_id;
    page->iban_end = p.iban_end;
    page->bank_reads = sepa_text(r->arena, p.holder, SEPA_NAME_MAX_BYTES);
    TRY(payee_sealed(r->db, r->arena, p.user_id, &sealed));
    TRY(payee_obstacle(r->arena, p.user_id, p.holder, sealed, &page->obstacle));
    if (*page->obstacle)
        page->state = PAYEE_INCOMPLETE;
    page->asked_rest = p.pay_below;
    if (payee_ready_ms(p.account_ms) > MAX_OF(r->now_ms, page->waits_ms)) {
        page->waits_ms = payee_ready_ms(p.account_ms);
        page->account_waits = true;
    }
    return RC_OK;
}

static enum rc add_hold(struct req *r, struct payee_page *page)
{
    struct payout_hold h;
    enum rc rc = hold_get(r->db, r->arena, r->viewer.user_id, &h);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    page->hold_kind = h.kind;
    page->hold_reason = h.reason;
    page->hold_ms = h.created_ms;
    page->appeal = h.appeal;
    page->said = html_lines(r->arena, h.appeal);
    page->appeal_ms = h.appeal_ms;
    return RC_OK;
}

static enum rc add_payouts(struct req *r, struct payee_page *page)
{
    struct payout_list list;

    TRY(payout_list(r->db, r->arena, r->viewer.user_id, &list));
    page->payouts.n = list.n;
    page->payouts.items = arena_array(r->arena, struct payout_row, list.n);
    for (size_t i = 0; i < list.n; i++) {
        const struct payout *p = &list.items[i];
        page->payouts.items[i] = (struct payout_row){
            .id = p->id,
            .amount_minor = p->amount_minor,
            .changed_ms = p->changed_ms,
            .currency = p->currency,
            .iban_end = p->iban_end,
            .note = p->note,
            .state = p->state,
            .words = words_of[p->state],
            .is_back = p->state == PAYOUT_FAILED || p->state == PAYOUT_RETURNED,
        };
    }
    return RC_OK;
}

static enum rc add_waiting(struct req *r, struct payee_page *page)
{
    struct account account;

    TRY(account_get(r->db, r->arena, r->viewer.user_id, &account));
    int64_t old_ms = account.created_ms + conf()->payout_first_days * DAY_MS;
    if (old_ms > r->now_ms)
        page->waits_ms = old_ms;
    return RC_OK;
}

enum rc payee_page_of(struct req *r, struct payee_page *page)
{
    const struct ledger_account_ref payable = { ACCOUNT_CREATOR_PAYABLE, r->viewer.user_id };

    *page = (struct payee_page){
        .frame = frame_of(r, "Payout account", "studio"),
        .why = r->why,
        .holder = "",
        .iban = "",
        .vat_id = "",
        .bank_reads = "",
        .obstacle = "",
        .iban_end = "",
        .threshold_minor = conf()->payout_threshold_minor,
        .hold_days = conf()->hold_days,
        .wait_days = PAYEE_WAIT_DAYS,
        .next_ms = payout_next_ms(r->now_ms),
        .hold_reason = "",
        .appeal = "",
        .typed_appeal = "",
    };
    TRY(pay_books_currency(r->db, r->arena, &page->currency));
    TRY(ledger_balance(r->db, r->arena, payable, page->currency, &page->payable_minor));
    TRY(add_waiting(r, page));
    TRY(add_account(r, page));
    TRY(add_hold(r, page));
    TRY(add_payouts(r, page));
    TRY(payee_changes_of(r, &page->frame, &page->changes));
    page->may_ask_rest = page->state != PAYEE_NONE && !page->asked_rest &&
                         page->payable_minor > 0 && page->payable_minor < page->threshold_minor;
    return RC_OK;
}
