/*
 * payout_file: the file of a run for the bank, and the ids in it; for the files of payout.h only.
 */
#ifndef PAYOUT_PAYOUT_FILE_H
#define PAYOUT_PAYOUT_FILE_H
#include "app/payout/payout_driver.h"

/* The end-to-end id of a payout, which both bank statements show: OVS-P12. Read in a text: true, and *id,
 * if one is there, alone or between other words. The same for a file's: OVS-202704-R3-1, of run 3. */
const char *payout_bank_id(struct arena *a, int64_t payout_id);
bool payout_bank_id_read(const char *text, int64_t *payout_id);
bool payout_file_id_read(const char *text, int64_t *run_id);

/* Write the run's exports-th file: made->on_ms is given; id and text are filled in. RC_INVALID: SEPA does
 * not allow it, *why says what. */
MUST_USE enum rc payout_file_write(struct arena *a, const struct payout_run *run, int64_t now_ms,
                                   const struct payout_list *list, enum payout_format format,
                                   struct payout_file *made, struct problem *why);
#endif
