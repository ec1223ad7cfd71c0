/*
 * payout_driver: how a provider pays creators. The drivers here belong to the payment providers of
 * the same names (app/income/pay.h).
 *
 * A driver knows one provider: it sends, looks up and reports what can be spent. It never touches
 * the ledger.
 *
 * test       writes into a table that stands for a bank (test_payout); each key is executed once.
 *            In environment `test` the variable TEST_BANK makes it answer `no` or `busy`;
 *            base/fault.h makes calls and answers get lost. It can spend asset:psp.
 * manual     sends nothing itself: an operator exports the run's file (payout_export) and takes it to the
 *            bank, whose statement then says what was paid. It can spend asset:bank.
 * Tables     test_payout.
 */
#ifndef PAYOUT_PAYOUT_DRIVER_H
#define PAYOUT_PAYOUT_DRIVER_H
#include "app/payout/payout.h"

/* What we ask a provider to send to a creator. Repetitions of one attempt have the same key. */
struct payout_order {
    int64_t payout_id, user_id, amount_minor;
    const char *currency, *key;
};

/*
 * Operations that call the provider return
 *   RC_OK      done: *out says what
 *   RC_DENIED  a definite no: another try needs another key
 *   RC_BUSY    nothing happened: try again later with the same key
 *   RC_FAIL    it may have happened: look it up before trying again
 */
struct payout_driver {
    const char *name;

    /* NULL: payouts wait for the export of their run; then nothing can be looked up either. */
    enum rc (*send)(struct db *db, struct arena *a, const struct payout_order *o,
                    struct payout_fact *out);

    /* Look up what was sent for this payout. RC_NOT_FOUND: nothing. */
    enum rc (*find)(struct db *db, struct arena *a, int64_t payout_id, struct payout_fact *out);

    /* What can be spent now, in minor units of the provider's currency. */
    enum rc (*balance)(struct db *db, struct arena *a, int64_t *minor);
};

extern const struct payout_driver payout_sandbox, payout_manual;
extern const struct payout_driver *const payout_drivers[]; /* all, and NULL */

/* The driver of that name. NULL: the provider makes no payouts. */
const struct payout_driver *payout_driver(const char *name);

/* Write the file of a manual run, with whole account numbers, and note that its payouts are `exported`:
 * it asks the bank to pay on on_ms (a day; 0: the first possible one). While nothing of the run is paid, it
 * may be written again, for another day, too: each file has an id of its own, since a bank refuses one that
 * it has seen, and the payouts keep theirs. Creators who have been put on hold since are left out.
 *   RC_NOT_FOUND  no such run, or nobody is paid in it
 *   RC_CONFLICT   the run is not complete, cancelled, of another driver, or some of it is paid already
 *   RC_DENIED     payouts are switched off, or the file would exceed payout_daily_max_minor
 *   RC_INVALID    the bank would not take it: the day, the amounts, the accounts
 * *why says what is wrong; *made what was written. */
enum payout_format { PAYOUT_SEPA, PAYOUT_CSV };
struct payout_file {
    const char *id, *text;
    int64_t on_ms, n, minor;
};
MUST_USE enum rc payout_export(struct db *db, struct arena *a, int64_t run_id,
                               enum payout_format format, int64_t on_ms, int64_t now_ms,
                               struct payout_file *made, struct problem *why);
#endif
