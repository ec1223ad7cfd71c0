/*
 * payout_drivers: how the built-in providers pay creators (PAY_CAP_PAYOUT of app/income/pay.h).
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
#include "app/income/pay.h"
#include "app/payout/payout.h"

MUST_USE enum rc payout_sandbox_send(struct db *db, struct arena *a, const struct payout_order *o,
                                     struct fact *out);
MUST_USE enum rc payout_sandbox_find(struct db *db, struct arena *a, int64_t payout_id,
                                     struct fact *out);
MUST_USE enum rc payout_sandbox_balance(struct db *db, struct arena *a, int64_t *minor);

MUST_USE enum rc payout_manual_send(struct db *db, struct arena *a, const struct payout_order *o,
                                    struct fact *out);
MUST_USE enum rc payout_manual_find(struct db *db, struct arena *a, int64_t payout_id,
                                    struct fact *out);
MUST_USE enum rc payout_manual_balance(struct db *db, struct arena *a, int64_t *minor);

/* The file of a run, with whole account numbers; the same however often it is made and whatever was
 * confirmed or came back since. RC_NOT_FOUND: no such run; RC_CONFLICT: it is not complete, or not of
 * this driver; RC_INVALID: SEPA cannot take it; *why says what is wrong. */
enum payout_format { PAYOUT_SEPA, PAYOUT_CSV };
MUST_USE enum rc payout_export(struct db *db, struct arena *a, int64_t run_id,
                               enum payout_format format, const char **text, struct problem *why);
#endif
