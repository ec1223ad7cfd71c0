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
 * manual     does nothing at once: `sent` means that the payout is in the run's file, which an
 *            operator exports, takes to the bank and confirms later. It can spend asset:bank.
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

    enum rc (*send)(struct db *db, struct arena *a, const struct payout_order *o,
                    struct payout_fact *out);

    /* Look up what was sent for this payout. RC_NOT_FOUND: nothing. */
    enum rc (*find)(struct db *db, struct arena *a, int64_t payout_id, struct payout_fact *out);

    /* What can be spent now, in minor units of the provider's currency. */
    enum rc (*balance)(struct db *db, struct arena *a, int64_t *minor);
};

extern const struct payout_driver payout_sandbox, payout_manual;

/* The driver of that name. NULL: the provider makes no payouts. */
const struct payout_driver *payout_driver(const char *name);

/* The file of a manual run, with whole account numbers. It is the same each time, even if payouts
 * were confirmed or came back since. RC_NOT_FOUND: no such run; RC_CONFLICT: the run is not
 * complete, or of another driver; RC_INVALID: SEPA does not allow it. *why says what is wrong. */
enum payout_format { PAYOUT_SEPA, PAYOUT_CSV };
MUST_USE enum rc payout_export(struct db *db, struct arena *a, int64_t run_id,
                               enum payout_format format, const char **text, struct problem *why);
#endif
