/*
 * payout: pays creators' payable earnings to their bank accounts.
 *
 *   by a provider     reserved -> sending -> sent -> paid      paid: the provider, or an operator, says so
 *                     sending -> failed                        a definite no: payable again
 *                     sending -> unknown -> sent | failed      no answer: looked up before any other try
 *   by bank transfer  reserved -> exported -> paid             exported: in a file for the bank
 *   both              reserved, exported -> failed             a hold, a cancelled run: payable again
 *                     failed -> paid                           the bank made it all the same, from an old file
 *                     sent, paid -> returned                   it came back: payable again
 *
 * Money      payout:ID:reserve   payable -> transit, in the transaction that adds the row
 *            payout:ID:sent      transit -> the driver's account (asset:psp, asset:bank), on the day on
 *                                which that account moved: an export alone moves nothing
 *            payout:ID:again:N   payable -> transit, of one that was given up and then made by the bank
 *            payout:ID:back:N    transit -> payable (failed), or the driver's account -> payable
 * Sending    the state `sending` with the key payout:ID:ATTEMPT is committed before the driver is
 *            called, by one process at a time. A payout that stays `sending` for PAYOUT_CALL_MS has
 *            lost its process; it and any `unknown` one are looked up at the provider first. Found:
 *            sent. Not found, and the first try is less than PAYOUT_KEY_HOURS ago: sent again with
 *            the same key. Older: a new attempt, after a second look-up at least
 *            PAYOUT_LOOK_AGAIN_MS later finds nothing either.
 * Who        payable >= conf payout_threshold_minor (or payee_ask_rest), an active payee whose bank
 *            account can be paid to and is older than PAYEE_WAIT_DAYS, no hold, a member for
 *            payout_first_days, neither banned nor suspended. Creators with suspicious earnings get a hold (concentration.h).
 * Order      who has waited longest comes first: since the oldest money became payable that their last payout
 *            did not pay.
 * When       once a month, from conf payout_day, 04:00 UTC. A complete run no longer changes; a
 *            creator who qualifies later is in the next one.
 * Limits     a run has at most PAYOUTS_MAX payouts, at most what conf payout_daily_max_minor leaves of the
 *            day, and at most what the driver's account has beyond payouts that are on their way (reserved,
 *            exported, sending, unknown). A payout is never split: who does not fit waits, and those
 *            behind are paid if they fit. As long as somebody was left out, each further day of the month
 *            may have another run, a `part` of its own.
 * Stops      the setting `payouts` (kill switch); the daily maximum is looked at again when a payout is sent.
 * Tables     payout_run, payout; reads user, payee, payout_hold.
 */
#ifndef PAYOUT_PAYOUT_H
#define PAYOUT_PAYOUT_H
#include "app/income/pay.h"
#include "app/payout/payee.h"

enum {
    PAYOUTS_SHOWN_MAX = 200,
    PAYOUT_RUNS_SHOWN = 24,
    PAYOUTS_MAX = 10000,     /* per run; further creators are in the next one */
    PAYOUT_CANDIDATES = 100, /* looked at or reserved at once */
    PAYOUT_HANDLE_MAX_BYTES = 30,
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
    int64_t last_payout, last_payout_ms; /* the latest that did not come back */
    int64_t since_ms;                    /* of those who are due: since when they wait */
    enum payout_standing {
        PAYOUT_DUE,
        PAYOUT_BELOW,      /* the threshold */
        PAYOUT_HELD,       /* on hold, banned or suspended */
        PAYOUT_REVIEW,     /* due, but suspicious: the run puts them on hold */
        PAYOUT_NO_ACCOUNT, /* none, or the creator has to check it */
        PAYOUT_WAITS,      /* a new member, or a new bank account */
        PAYOUT_LEFT_OUT,   /* due, but does not fit */
    } standing;
    const char *handle, *why; /* why: "" if it is due */
    const char *holder, *iban_end, *iban_sealed;
};

struct payout_sum {
    int64_t payouts, minor;                                /* of this run */
    int64_t below, held, without_payee, waiting, left_out; /* creators left out, and why */
    int64_t sent, failed, unknown;                         /* in this call */
    int64_t available_minor;                               /* of the driver's account, before */
};

/* What a run would do now, whatever the day: whom it pays, in order. Holds at most twice PAYOUTS_MAX creators
 * in memory, however many there are. */
struct payout_plan {
    struct payout_planned {
        int64_t user_id, minor, since_ms;
        char handle[PAYOUT_HANDLE_MAX_BYTES + 1];
    } * items;
    size_t n;
    int64_t left_out, left_minor;   /* who are due and do not fit */
    int64_t cover_minor, day_minor; /* what the account and the day's maximum have left after it */
    const char *currency;
    struct payout_sum sum;
};

/* Told of each creator with payable money: of those who are not due first, then of the others in the order in
 * which they are paid. The texts are valid during the call. */
typedef enum rc (*payout_told)(struct db *db, const struct payout_candidate *c, void *arg);

/* Reads and changes nothing itself. RC_NOT_FOUND: the provider makes no payouts. */
MUST_USE enum rc payout_plan(struct db *db, struct arena *a, int64_t now_ms, payout_told told,
                             void *arg, struct payout_plan *out, struct problem *why);
/* A sentence about those who do not fit. */
const char *payout_plan_shortage(struct arena *a, const struct payout_plan *plan);

/* Run the payouts of the month of now_ms: plan, reserve, then send. A repeated call continues where the
 * last one stopped.
 *   RC_NOT_FOUND  not due yet, or all of it is done, or the provider makes no payouts
 *   RC_DENIED     the kill switch is off, or nothing of what is due fits; *why says which */
MUST_USE enum rc payout_run(struct db *db, struct arena *a, int64_t now_ms, struct payout_sum *sum,
                            struct problem *why);

/* RC_DENIED while the kill switch (setting `payouts`) is off. */
MUST_USE enum rc payout_is_on(struct db *db, struct arena *a, struct problem *why);

/* The second half of payout_run: send reserved payouts, oldest first. RC_NOT_FOUND: none. */
MUST_USE enum rc payout_send_reserved(struct db *db, struct arena *a, int64_t now_ms,
                                      struct payout_sum *sum, struct problem *why);

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
/* All exported and sent payouts of a run; *waiting is how many are in no file yet. Can be repeated. */
MUST_USE enum rc payout_confirm_run(struct db *db, struct arena *a, int64_t run_id, int64_t now_ms,
                                    size_t *confirmed, size_t *waiting);
MUST_USE enum rc payout_return(struct db *db, struct arena *a, int64_t id, const char *note,
                               int64_t now_ms);

/* A line of the bank statement: `text` is its reference or wording, in which one of our own ids stands:
 * OVS-P12 of a payout, or OVS-202704-R3-1 of a file whose transfers the bank books as one sum. out_minor
 * left the account on on_ms; below 0, it came back. Each named payout becomes `paid` or `returned`; the
 * same line again changes nothing. *found is how many payouts the line was about, *ikey the (first) posting
 * that it confirms: a second line about that one is a second transfer. A payout that was given up after it was
 * in a file is `paid` all the same if the bank made it: its money is taken from what is payable, even below
 * zero. A transaction of its own.
 *   RC_NOT_FOUND  the text names none of our payouts
 *   RC_CONFLICT   currency, amount or state do not fit; nothing was changed, *why says why */
MUST_USE enum rc payout_bank_line(struct db *db, struct arena *a, const char *text,
                                  int64_t out_minor, const char *currency, int64_t on_ms,
                                  size_t *found, const char **ikey, struct problem *why);

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

/* The latest run of the month of now_ms (id 0: none yet), and whether payout_run would make one now. */
MUST_USE enum rc payout_run_due(struct db *db, struct arena *a, int64_t now_ms,
                                struct payout_run *last, bool *due);

/* When the next run after now_ms begins. */
int64_t payout_next_ms(int64_t now_ms);
#endif
