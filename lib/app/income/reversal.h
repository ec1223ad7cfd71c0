/*
 * reversal: money that goes back to a member: refunds and disputes (chargebacks).
 *
 * One row per (provider, provider_ref); reported again it changes nothing. What it takes from which
 * month of its payment is in reversal_months.h. Its effect on a month depends only on R, the part of its gross G that has gone back so far;
 * several partial reversals therefore end at the same sums as one, and an undone one leaves no
 * trace.
 * Money      t is the increase of floor(tax * R / G), r the increase of R.
 *            A month that is open:
 *              deferred[unit] -> source  r - t,  vat -> source  t
 *              fees_lost -> deferred[unit]  how far the net would fall below 0
 *            Settled, its UTC month not closed yet: divided again, as if settled with R. Idle money
 *            and the pool have not been given out, so each account gives back the difference.
 *            Settled and closed: f = (R - R0) / (G - R0), where R0 is R at closing; each amount is
 *            floor(. * f) minus what was taken before:
 *              creator's held (payable, once matured) -> source    f of each share
 *              rev:platform -> source                              f of its part
 *              vat -> source                                       t
 *              liab:idle <-> source                                f of creators_minor - all shares'
 *              fees_lost -> source                                 the rest: fee, rounding
 *              creator's held (payable) -> liab:idle               floor(share * f * uplift /
 *                                                                  earned) of that month
 *            A dispute's own fee: exp:dispute -> source.
 * Keys       refund:PROVIDER:REF or dispute:PROVIDER:REF, followed by :undone when it is undone.
 *            That posting does not `reverse` the first one leg by leg, because months may have been
 *            settled or matured since: it moves each month to where it would be without the
 *            reversal. Beyond LEDGER_LEGS_MAX legs: :2, :3.
 * Undone     A month of which nothing was left when it was settled is open again. If a month was
 *            closed with a larger R, the creators' part of the difference becomes idle money,
 *            because shares do not change after closing.
 * Clawback   (conf) a creator who has been paid goes below zero, and later earnings make up for it
 *            (offset), or the platform bears what is missing (absorb: exp:writeoff) and gets it
 *            back first if the reversal is undone.
 * Access     (money/coverage.h) A month that has been given back in full ends, and what follows
 *            moves up. While a dispute is open, the payment's months are frozen and give no access;
 *            other payments' months go on. What an undone reversal took is appended to the paid
 *            time. A month that was settled keeps its time: it is over.
 * Tables     reversal, reversal_unit; changes unit, unit_share, month_uplift, subscription and
 *            paid_span through their modules; reads unit, payment, watch_day, paid_span and media_opened.
 */
#ifndef INCOME_REVERSAL_H
#define INCOME_REVERSAL_H
#include "app/money/ledger.h"

enum { REVERSAL_REASON_MAX_BYTES = 200 };

enum reversal_kind { REVERSAL_REFUND, REVERSAL_DISPUTE };
enum reversal_state { REVERSAL_OPEN, REVERSAL_DONE, REVERSAL_UNDONE };
enum refund_access { REFUND_FROM_END, REFUND_KEEP, REFUND_UNTIL };
WORDS_OF(reversal_kind);
WORDS_OF(reversal_state);
WORDS_OF(refund_access);

struct reversal {
    enum reversal_kind kind;
    enum reversal_state state;           /* open: begun, units are frozen, no money moved */
    const char *provider, *provider_ref; /* the provider's key for it */
    const char *payment_ref;             /* of the payment, at the same provider */
    int64_t amount_minor, fee_minor;     /* gross; the provider's fee for a dispute */
    const char *reason;                  /* for the member and the books, or NULL */
    enum refund_access access;
    int64_t until_ms; /* of REFUND_UNTIL, else 0 */
    bool by_member;   /* the member asked for it */
};

/* Would this new reversal be possible? Asked before a provider is; RC_INVALID: *why says why not. A
 * reversal that was reported before is RC_OK. */
MUST_USE enum rc reversal_check(struct db *db, struct arena *a, const struct reversal *r,
                                int64_t now_ms, struct problem *why);

/* Bring the reversal to this state, and the money with it; inside the caller's transaction.
 * `source` is the account that the money leaves. Reporting it as open after it is done changes
 * nothing.
 *   RC_NOT_FOUND  no such payment
 *   RC_INVALID    more than is left of the payment, or not possible as reversal_months.h says
 *   RC_CONFLICT   it was undone before, or differs from the first report */
MUST_USE enum rc reversal_apply(struct db *db, struct arena *a, const struct reversal *r,
                                struct ledger_account_ref source, int64_t now_ms);

/* What was reported of it: kind, state, amount and fee. RC_NOT_FOUND: nothing was. */
MUST_USE enum rc reversal_find(struct db *db, struct arena *a, const char *provider,
                               const char *provider_ref, struct reversal *out);

/* The part of a payment that has not been given back and is in no open reversal. */
MUST_USE enum rc reversal_left(struct db *db, struct arena *a, int64_t payment_id, int64_t *minor);

/* Like reversal_left, for a member who asks: 0 once conf refund_days have passed, or refund_minutes
 * of the payment's time have been watched: the greater of what players reported and the length of
 * all videos that were opened on its days (watching/opened.h). */
MUST_USE enum rc reversal_offer(struct db *db, struct arena *a, int64_t payment_id, int64_t now_ms,
                                int64_t *minor);

/* How many refunds the member has asked for; and may they ask for another one (conf
 * refunds_per_year)? */
MUST_USE enum rc reversal_asked(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                                int64_t *ever, bool *again);
#endif
