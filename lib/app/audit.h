/*
 * audit: does the ledger say what it must? Each check is one statement over all rows, so it sees one
 * moment of the database; what it finds was written past lib/app/ledger.h or is a fault of it.
 *
 * Checks     transactions  each has as many legs as it announced, accounts of its own currency, and
 *                          the digest of its rows, here computed by the server
 *            sums          per currency the debits of all accounts are their credits
 *            balances      each kept balance is the sum of its legs, and none is missing
 *            signs         no kept balance is below zero; what a creator holds or could be paid only
 *                          after a posting of kind `refund` or `dispute` took from it
 * Ownership  lists and texts are in the caller's arena.
 * Errors     as in io/db.h. A connection of DB_MONEY can read what is needed.
 */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H
#include "io/db.h"

enum { AUDIT_FINDINGS_MAX = 100 }; /* of one check */

struct finding {
    const char *subject; /* key of the transaction, code of the account or currency */
    const char *text;    /* goes on from it: "has 1 legs, announced 2" */
};
struct finding_list {
    struct finding *items;
    size_t n;
};

MUST_USE enum rc audit_transactions(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_sums(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_balances(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_signs(struct db *db, struct arena *a, struct finding_list *out);

/* All of them. *report, ready to be mailed, has a line per finding; *n counts them. */
MUST_USE enum rc audit_run(struct db *db, struct arena *a, const char **report, size_t *n);
/* The latest run. RC_NOT_FOUND: it never ran. */
struct audit_result {
    int64_t ran_ms, findings;
    const char *report;
};
MUST_USE enum rc audit_last(struct db *db, struct arena *a, struct audit_result *out);
#endif
