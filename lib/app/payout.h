/*
 * payout: from payable to the creator's account.
 *
 *   reserved -> sending -> sent -> paid           paid: the provider, or the operator, confirmed it
 *               sending -> failed                 a definite no: the money is payable again
 *               sending -> unknown -> sent|failed no answer: looked up before any other try
 *   sent, paid -> returned                        it came back: payable again
 *
 * Money      payout:ID:reserve   payable -> transit, in the transaction that adds the row
 *            payout:ID:sent      transit -> the driver's account (asset:psp, asset:bank)
 *            payout:ID:back:N    transit -> payable (failed), or the driver's account -> payable
 * Sending    the state `sending` with its key payout:ID:ATTEMPT is committed before the driver is
 *            called. `unknown`, or found `sending` at the start: payout_find first; found: sent; not
 *            found and younger than PAYOUT_KEY_HOURS: the same key again; older: a new attempt after
 *            a second empty look-up at least PAYOUT_LOOK_AGAIN_MS later.
 * Who        payable >= conf payout_threshold_minor (or asked for the rest once), an active payee, no
 *            hold, account older than payout_first_days, not blocked.
 * Cover      a run that the driver's account cannot cover is refused as a whole; conf
 *            payout_daily_max_minor and the setting `payouts` (kill switch) stop it, too.
 * Tables     payout_run, payout.
 */
#ifndef APP_PAYOUT_H
#define APP_PAYOUT_H
#include "app/payee.h"

enum {
    PAYOUTS_SHOWN_MAX = 200,
    PAYOUTS_MAX = 10000, /* of a run */
    PAYOUT_KEY_HOURS = 23,
    PAYOUT_LOOK_AGAIN_MS = 60 * 60 * 1000,
};

struct payout {
    int64_t id, run_id, user_id, amount_minor, attempt, first_try_ms, looked_ms, returns,
        created_ms, changed_ms;
    const char *provider, *currency, *state, *provider_ref, *note, *handle;
};
struct payout_list {
    struct payout *items;
    size_t n;
};

struct payout_sum {
    int64_t payouts, minor;             /* reserved by this run */
    int64_t below, held, without_payee; /* creators left out, and why */
    int64_t sent, failed, unknown;
    int64_t available_minor; /* of the driver's account, before */
};

/* The run of the month of now_ms: reserve, then send. Repeating goes on where it stopped.
 *   RC_NOT_FOUND  not due yet, or all of it is done
 *   RC_DENIED     the kill switch, the daily cap or the cover stops it; *why says which
 * dry_run: says what would be paid, writes nothing. */
MUST_USE enum rc payout_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct payout_sum *sum, struct problem *why);

/* Take up what was left in `sending` or `unknown`. */
MUST_USE enum rc payout_poll(struct db *db, struct arena *a, int64_t now_ms,
                             struct payout_sum *sum);

/* What an operator saw on the bank statement. RC_CONFLICT: the state does not allow it. */
MUST_USE enum rc payout_confirm(struct db *db, struct arena *a, int64_t id, int64_t now_ms);
MUST_USE enum rc payout_return(struct db *db, struct arena *a, int64_t id, const char *note,
                               int64_t now_ms);

/* Of a creator, of a run, of all: newest first. */
MUST_USE enum rc payout_list(struct db *db, struct arena *a, int64_t user_id,
                             struct payout_list *out);
MUST_USE enum rc payout_list_run(struct db *db, struct arena *a, int64_t run_id,
                                 struct payout_list *out);
MUST_USE enum rc payout_list_all(struct db *db, struct arena *a, struct payout_list *out);
#endif
