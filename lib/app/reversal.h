/*
 * reversal: money that goes back to a member: refunds and disputes (chargebacks).
 *
 * One row per (provider, provider_ref), applied as often as it is said. A reversal falls on the
 * months of its payment from the last one backwards, so that months not watched yet come back
 * first.
 * Money      of a month that is not settled:
 *              deferred[unit] -> source  r - t,  vat -> source  t,  fees_lost -> deferred[unit]  shortfall
 *            where r is this reversal's part, R all of them, and t what floor(tax * R / gross) grows
 *            by. Of a settled month, with f = (R - R0) / (gross - R0), R0 what was refunded when it
 *            was settled, each taken as floor(. * f) less what was taken before:
 *              creator's held (payable, once matured) -> source    f of each share
 *              rev:platform -> source                              f of its part
 *              vat -> source                                       t
 *              liab:idle <-> source                                so that creators and idle together give f of creators_minor
 *              fees_lost -> source                                 the rest: fee, rounding
 *            and f of the uplift that a share brought goes from the creator back to liab:idle.
 *            Key: refund:PROVIDER:REF or dispute:PROVIDER:REF, when undone ...:undone with `reverses`.
 * Clawback   of conf: a creator who has been paid goes below zero and only later earnings make up
 *            for it (offset), or the platform bears it (absorb: exp:writeoff).
 * Access     a payment that has come back altogether ends its time.
 * Tables     reversal, reversal_unit.
 */
#ifndef APP_REVERSAL_H
#define APP_REVERSAL_H
#include "app/ledger.h"

enum reversal_kind { REVERSAL_REFUND, REVERSAL_DISPUTE };
enum reversal_state { REVERSAL_OPEN, REVERSAL_DONE, REVERSAL_UNDONE };

struct reversal {
    enum reversal_kind kind;
    enum reversal_state state; /* open: a dispute has begun, units are frozen, no money moved */
    const char *provider, *provider_ref; /* its own key */
    const char *payment_ref;             /* of the payment, at the same provider */
    int64_t amount_minor, fee_minor;     /* gross; what the provider takes for a dispute */
    const char *reason;                  /* for the member and the books, up to 200 bytes */
};

/* Bring the row to this state and do what follows; inside the caller's transaction.
 *   RC_NOT_FOUND  no such payment
 *   RC_INVALID    more than is left of the payment
 *   RC_CONFLICT   it was undone before, or says another amount than the first time */
MUST_USE enum rc reversal_apply(struct db *db, struct arena *a, const struct reversal *r,
                                struct ledger_account_ref source, int64_t now_ms);

/* What of a payment has not been given back, and whether the member may ask for it by conf refund_days
 * and refund_minutes. */
MUST_USE enum rc reversal_left(struct db *db, struct arena *a, int64_t payment_id, int64_t *minor);
#endif
