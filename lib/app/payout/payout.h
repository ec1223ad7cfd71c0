/*
 * payout: pays creators' payable earnings to their bank accounts.
 *
 *   by a provider     reserved -> sending -> sent -> paid      paid: the provider, or an operator, says so
 *                     sending -> failed                        a definite no: payable again
 *                     sending -> unknown -> sent | failed      no answer: looked up before any other try
 *   by bank transfer  reserved -> exported -> paid             exported: in a file for the bank
 *   both              reserved, exported -> failed             a hold, a cancelled run: payable again
 *                     sent, paid -> returned                   it came back: payable again
 *
 * Money      payout:ID:reserve   payable -> transit, in the transaction that adds the row
 *            payout:ID:sent      transit -> the driver's account (asset:psp, asset:bank), on the day on
 *                                which that account moved: an export alone moves nothing
 *            payout:ID:back:N    transit -> payable (failed), or the driver's account -> payable
 * Sending    the state `sending` with the key payout:ID:ATTEMPT is committed before the driver is
 *            called, by one process at a time. A payout that stays `sending` for PAYOUT_CALL_MS has
 *            lost its process; it and any `unknown` one are looked up at the provider first. Found:
 *            sent. Not found, and the first try is less than PAYOUT_KEY_HOURS ago: sent again with
 *            the same key. Older: a new attempt, after a second look-up at least
 *            PAYOUT_LOOK_AGAIN_MS later finds nothing either.
 * Who        payable >= conf payout_threshold_minor (or payee_ask_rest), an active payee whose bank
 *            account is older than PAYEE_WAIT_DAYS, no hold, a member for payout_first_days, not
 *            blocked. Before a run, creators with suspicious earnings get a hold (concentration.h).
 * When       once a month, from conf payout_day, 04:00 UTC. A complete run no longer changes; a
 *            creator who qualifies later is in the next one.
 * Cover      a run is refused as a whole if the driver's account cannot cover it and the payouts
 *            that are on their way (reserved, exported, sending, unknown); conf payout_daily_max_minor
 *            and the setting `payouts` (kill switch) stop payouts, too.
 * Tables     payout_run, payout; reads user, payee, payout_hold.
 */
#ifndef PAYOUT_PAYOUT_H
#define PAYOUT_PAYOUT_H
#include "app/income/pay.h"
#include "app/payout/payee.h"

enum {
    PAYOUTS_SHOWN_MAX = 200,
    PAYOUT_RUNS_SHOWN = 24,
    PAYOUTS_MAX = 10000, /* per run; further creators are in the next one */
    PAYOUT_CANDIDATES = 100,
    PAYOUT_HOUR = 4, /* UTC */
    PAYOUT_KEY_HOURS = 23,
    PAYOUT_LOOK_AGAIN_MS = 60 * 60 * 1000,
    PAYOUT_CALL_MS = 5 * 60 * 1000,
};

enum payout_state {
    PAYOUT_RESERVED,
    PAYOUT_EXPORTED,
    PAYOUT_SENDING,
    PAYOUT_UNKNOWN,
    PAYOUT_SENT,
    PAYOUT_PAID,
    PAYOUT_FAILED,
    PAYOUT_RETURNED
};
WORDS_OF(payout_state);

/* What a provider reports about a payout: that it was sent, is paid, failed or came back. */
struct payout_fact {
    int64_t payout_id;
    enum payout_state answer;
    const char *ref; /* the provider's own key of the transfer */
};

struct payout {
    int64_t id, run_id, user_id, amount_minor, attempt, first_try_ms, looked_ms, returns,
        created_ms, changed_ms;
    enum payout_state state;
    const char *provider, *currency, *provider_ref, *note, *handle;
    const char *holder, *iban_end, *iban_sealed; /* the account as it was when it was reserved */
};
struct payout_list {
    struct payout *items;
    size_t n;
};

/* A creator with payable money, and whether a run would pay it now. */
struct payout_candidate {
    int64_t user_id, payable_minor, pay_below;
    enum payout_standing {
        PAYOUT_DUE,
        PAYOUT_BELOW,      /* the threshold */
        PAYOUT_HELD,       /* on hold, or blocked */
        PAYOUT_NO_ACCOUNT, /* none, or the creator has to check it */
        PAYOUT_WAITS,      /* a new member, or a new bank account */
    } standing;
    const char *handle, *why; /* why: "" if it is due */
    const char *holder, *iban_end, *iban_sealed;
};
struct payout_candidate_list {
    struct payout_candidate *items;
    size_t n;
};

struct payout_sum {
    int64_t payouts, minor;                      /* of this run */
    int64_t below, held, without_payee, waiting; /* creators left out, and why */
    int64_t sent, failed, unknown;               /* in this call */
    int64_t available_minor;                     /* of the driver's account, before */
};

/* Run the payouts of the month of now_ms: reserve, then send. A repeated call continues where the
 * last one stopped.
 *   RC_NOT_FOUND  not due yet, or all of it is done, or the provider makes no payouts
 *   RC_DENIED     the kill switch, the daily maximum or the cover stops it; *why says which
 * dry_run: computes what a run would pay now, whatever the day; writes nothing. */
MUST_USE enum rc payout_run(struct db *db, struct arena *a, int64_t now_ms, bool dry_run,
                            struct payout_sum *sum, struct problem *why);

/* RC_DENIED while the kill switch (setting `payouts`) is off. */
MUST_USE enum rc payout_is_on(struct db *db, struct arena *a, struct problem *why);

/* The second half of payout_run: send reserved payouts, oldest first. RC_NOT_FOUND: none. */
MUST_USE enum rc payout_send_reserved(struct db *db, struct arena *a, int64_t now_ms,
                                      struct payout_sum *sum, struct problem *why);

/* The next PAYOUT_CANDIDATES creators with payable money and an id above `after`, ascending; an
 * empty list: that was all. */
MUST_USE enum rc payout_candidates(struct db *db, struct arena *a, int64_t after, int64_t now_ms,
                                   struct payout_candidate_list *out);

/* Take up payouts that were left in `sending` or `unknown`. RC_NOT_FOUND: there were none. */
MUST_USE enum rc payout_poll(struct db *db, struct arena *a, int64_t now_ms,
                             struct payout_sum *sum);

/* Ask the provider what it knows about a payout. RC_NOT_FOUND: nothing, or there is no such payout.
 * Changes nothing. */
MUST_USE enum rc payout_look_up(struct db *db, struct arena *a, int64_t id,
                                struct payout_fact *out);

/* Apply what a provider reports; a second time it changes nothing. RC_NOT_FOUND: the provider has
 * no such payout; RC_CONFLICT: the payout's state does not allow it. */
MUST_USE enum rc payout_apply(struct db *db, struct arena *a, const char *provider,
                              const struct payout_fact *fact, int64_t now_ms);

/* What an operator saw on the bank statement: the payout was paid, or came back. An exported one that
 * comes back never left the account: it becomes `failed`. RC_CONFLICT: its state does not allow it;
 * RC_INVALID: the note is empty or too long. */
MUST_USE enum rc payout_confirm(struct db *db, struct arena *a, int64_t id, int64_t now_ms);
MUST_USE enum rc payout_return(struct db *db, struct arena *a, int64_t id, const char *note,
                               int64_t now_ms);

/* A line of the bank statement: `text` is its reference or wording, in which one of our own ids stands:
 * OVS-P12 of a payout, or OVS-202704-R3-1 of a file whose transfers the bank books as one sum. out_minor
 * left the account on on_ms; below 0, it came back. Each named payout becomes `paid` or `returned`; the
 * same line again changes nothing. *found is how many payouts the line was about. A transaction of its own.
 *   RC_NOT_FOUND  the text names none of our payouts
 *   RC_CONFLICT   currency, amount or state do not fit; nothing was changed, *why says why */
MUST_USE enum rc payout_bank_line(struct db *db, struct arena *a, const char *text,
                                  int64_t out_minor, const char *currency, int64_t on_ms,
                                  size_t *found, struct problem *why);

/* Give up a run of which nothing has been paid yet: all its money is payable again in one transaction, and
 * nobody has to check an account. *n is the number of payouts. RC_NOT_FOUND: no such run; RC_CONFLICT: some
 * of it is paid or being sent; RC_INVALID: the note is empty or too long. */
MUST_USE enum rc payout_cancel_run(struct db *db, struct arena *a, int64_t run_id, const char *note,
                                   int64_t now_ms, size_t *n, struct problem *why);

MUST_USE enum rc payout_get(struct db *db, struct arena *a, int64_t id, struct payout *out);

/* Payouts of a creator, newest first; of a run, all, oldest first; of everybody, newest first. */
MUST_USE enum rc payout_list(struct db *db, struct arena *a, int64_t user_id,
                             struct payout_list *out);
MUST_USE enum rc payout_list_run(struct db *db, struct arena *a, int64_t run_id,
                                 struct payout_list *out);
MUST_USE enum rc payout_list_all(struct db *db, struct arena *a, struct payout_list *out);

struct payout_run {
    int64_t id, month, part, created_ms, reserved_ms; /* reserved_ms: 0 until it is complete */
    int64_t left_out;                                 /* creators who were due and did not fit */
    int64_t exports, exported_ms,
        pay_on_ms; /* files for the bank; of the latest: when, for which day */
    int64_t cancelled_ms;
    const char *currency;
};
struct payout_run_list {
    struct payout_run *items;
    size_t n;
};
/* One run (RC_NOT_FOUND: none has this number); the latest PAYOUT_RUNS_SHOWN, newest first. */
MUST_USE enum rc payout_run_get(struct db *db, struct arena *a, int64_t run_id,
                                struct payout_run *out);
MUST_USE enum rc payout_run_list(struct db *db, struct arena *a, struct payout_run_list *out);

/* When the next run after now_ms begins. */
int64_t payout_next_ms(int64_t now_ms);
#endif
