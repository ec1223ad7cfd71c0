/*
 * bank_compare: what the bank says is in our accounts, against asset:bank in the books.
 *
 * The bank's side is the latest closing balance of each account that statements named (bank.h); ours
 * is asset:bank at the end of the latest of these days. A difference is money that one side does not
 * know, money that was there before the books began (explain it once as the owner's), or a line that
 * the bank dated differently.
 * Reads   the ledger's tables; bank_balances() and sums.h.
 */
#ifndef REPORTS_BANK_COMPARE_H
#define REPORTS_BANK_COMPARE_H
#include "app/income/bank.h"

struct bank_comparison {
    struct bank_balance_list accounts;
    int64_t bank_minor, books_minor;
    int64_t difference_minor; /* bank - books */
    int64_t by_hand_minor;    /* of the books: confirmed by hand, on no statement yet */
    int64_t on_ms; /* the day at whose end it is compared; 0: no statement named a balance */
};
MUST_USE enum rc bank_compare(struct db *db, struct arena *a, struct bank_comparison *out);

/* The same inside the caller's transaction. */
MUST_USE enum rc bank_compare_within(struct db *db, struct arena *a, struct bank_comparison *out);
#endif
