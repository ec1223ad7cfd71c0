/*
 * payout_driver: how a provider pays creators. The drivers here belong to the payment providers of the
 * same names (app/income/pay.h).
 *
 * A driver knows one provider; it sends, looks up and says what can be spent, and never touches books.
 *
 *
 * test       writes into a table that stands for its bank (test_payout): the same key is obeyed once.
 *            In environment `test` the variable TEST_BANK makes it answer `no` or `busy`; that calls
 *            and answers get lost is base/fault.h. What it can spend is asset:psp.
 * manual     does nothing at once: `sent` means that the payout is in the run's file, which an operator
 *            exports, takes to the bank and confirms later. What it can spend is asset:bank.
 * Tables     test_payout.
 */
#ifndef PAYOUT_PAYOUT_DRIVERS_H
#define PAYOUT_PAYOUT_DRIVERS_H
#include "app/payout/payout.h"

/* What we ask a provider to send to a creator. The key is the same with every repetition of one
 * attempt. */
struct payout_order {
    int64_t payout_id, user_id, amount_minor;
    const char *currency, *key;
};

/*
 * Operations that reach out answer with
 *   RC_OK      done: *out says what
 *   RC_DENIED  a definite no: another try needs another key
 *   RC_BUSY    nothing happened: the same key again, later
 *   RC_FAIL    unknown whether it happened: look before trying again
 */
struct payout_driver {
    const char *name;

    enum rc (*send)(struct db *db, struct arena *a, const struct payout_order *o,
                    struct payout_fact *out);

    /* What was sent under the payout's number; RC_NOT_FOUND: nothing. */
    enum rc (*find)(struct db *db, struct arena *a, int64_t payout_id, struct payout_fact *out);

    /* What may be spent now. */
    enum rc (*balance)(struct db *db, struct arena *a, int64_t *minor);
};

extern const struct payout_driver payout_sandbox, payout_manual;

/* The driver of that name. NULL: the provider makes no payouts. */
const struct payout_driver *payout_driver(const char *name);

/* The file of a run, with whole account numbers; the same however often it is made and whatever was
 * confirmed or came back since. RC_NOT_FOUND: no such run; RC_CONFLICT: it is not complete, or not of
 * this driver; RC_INVALID: SEPA cannot take it; *why says what is wrong. */
enum payout_format { PAYOUT_SEPA, PAYOUT_CSV };
MUST_USE enum rc payout_export(struct db *db, struct arena *a, int64_t run_id,
                               enum payout_format format, const char **text, struct problem *why);
#endif
