/*
 * reversal: money that goes back to a member: refunds and disputes (chargebacks).
 *
 * One row per (provider, provider_ref), applied as often as it is said. A reversal falls on the
 * months of its payment from the last one backwards, so that months not watched yet come back
 * first. What it does to a month follows from R, what of its gross G has gone back so far; several
 * partial ones therefore end at the same sums as one, and one that is undone leaves no trace.
 * Money      t is what floor(tax * R / G) grows by, r what R does.
 *            A month that is open:
 *              deferred[unit] -> source  r - t,  vat -> source  t
 *              fees_lost -> deferred[unit]  what the net would fall below 0
 *            Settled, its UTC month not closed yet: divided anew, as if settled with R. Idle money
 *            and the pool have gone nowhere, so each account gives back the difference.
 *            Settled and closed: with f = (R - R0) / (G - R0), R0 what R was then, each taken as
 *            floor(. * f) less what was taken before:
 *              creator's held (payable, once matured) -> source    f of each share
 *              rev:platform -> source                              f of its part
 *              vat -> source                                       t
 *              liab:idle <-> source                                so that creators and idle together give f of creators_minor
 *              fees_lost -> source                                 the rest: fee, rounding
 *              creator's held (payable) -> liab:idle               floor(share * f * uplift / earned) of that month
 *            A dispute's own fee: exp:dispute -> source.
 * Keys       refund:PROVIDER:REF or dispute:PROVIDER:REF; with :undone behind when it is undone. That one
 *            does not `reverse` the first leg by leg, for months may have been settled or matured since
 *            then: it brings each to where it would be without. Beyond LEDGER_LEGS_MAX legs: :2, :3.
 * Undone     A month of which nothing was left when it was settled is open again. One that had been
 *            closed with less: its creators' part is idle money now, for whoever they were has been
 *            decided.
 * Clawback   of conf: a creator who has been paid goes below zero and only later earnings make up
 *            for it (offset), or the platform bears what is not there (absorb: exp:writeoff), which
 *            comes first when it is undone.
 * Access     A payment that has come back altogether ends its time, unless that is over. While a
 *            dispute is open its months are frozen and its member cannot play.
 * Tables     reversal, reversal_unit; changes unit and month_uplift through their modules; reads
 *            watch_day.
 */
#ifndef INCOME_REVERSAL_H
#define INCOME_REVERSAL_H
#include "app/money/ledger.h"

enum { REVERSAL_REASON_MAX_BYTES = 200 };

enum reversal_kind { REVERSAL_REFUND, REVERSAL_DISPUTE };
enum reversal_state { REVERSAL_OPEN, REVERSAL_DONE, REVERSAL_UNDONE };
WORDS_OF(reversal_kind);
WORDS_OF(reversal_state);

struct reversal {
    enum reversal_kind kind;
    enum reversal_state state;           /* open: begun, units are frozen, no money moved */
    const char *provider, *provider_ref; /* its own key */
    const char *payment_ref;             /* of the payment, at the same provider */
    int64_t amount_minor, fee_minor;     /* gross; what the provider takes for a dispute */
    const char *reason;                  /* for the member and the books, or NULL */
};

/* Bring the row to this state and do what follows; inside the caller's transaction. What was open may
 * be said to be so again after it is done; that changes nothing.
 *   RC_NOT_FOUND  no such payment
 *   RC_INVALID    more than is left of the payment
 *   RC_CONFLICT   it was undone before, or says something else than the first time */
MUST_USE enum rc reversal_apply(struct db *db, struct arena *a, const struct reversal *r,
                                struct ledger_account_ref source, int64_t now_ms);

/* What of a payment has not been given back and is not on its way. */
MUST_USE enum rc reversal_left(struct db *db, struct arena *a, int64_t payment_id, int64_t *minor);

/* The same as far as the member may ask for it without anybody's consent: nothing once conf
 * refund_days are over or refund_minutes of the payment's time were played. */
MUST_USE enum rc reversal_offer(struct db *db, struct arena *a, int64_t payment_id, int64_t now_ms,
                                int64_t *minor);
#endif
