/*
 * audit: checks that the books are right. Each check compares figures that were stored in different
 * places, so that an error in one of them shows. A finding means that rows were changed without the
 * modules, or that a module has a bug.
 *
 * Checks     transactions  each has as many legs as it announced, accounts of its own currency, and
 *                          the digest of its rows, computed here by the server
 *            sums          per currency, the debits of all accounts equal their credits
 *            balances      each kept balance is the sum of its legs, and none is missing
 *            signs         no kept balance is below zero, except a creator's held or payable
 *                          balance after a posting of kind `refund` or `dispute` took from it
 *            payments      each payment and each refund is in the ledger with its own amount, and
 *                          is divided among the months that it names
 *            units         an open month has its net in liab:deferred, a settled one nothing; it
 *                          was settled once; each account's part of it is what its row says
 *            shares        the legs of each creator and month add up to their share; for a sample
 *                          of months (or all of them) the division is computed again
 *            watching      nobody is credited with more than 16 hours a day or a video's length; no
 *                          share counts more time than was credited
 *            creators      money in transit equals the payouts under way; money of sent payouts has
 *                          left, that of others has not; statements follow from the ledger
 *            waiting       nothing has been waiting for longer than it should
 *            chain         postings of past days have not changed
 * Sums       per currency the report also shows what came in, and where it is now: never more can
 *            have gone out than came in.
 * Chain      link(day) = SHA-256(link of the day before it, newline, digests of its transactions in
 *            the order of their numbers, AUDIT_CHAIN_ROWS at a time). A day gets its link
 *            AUDIT_CHAIN_AFTER_MS after its end. Every report contains the latest link, so mailed
 *            reports prove a later change of the database.
 * Ownership  lists and texts are in the caller's arena.
 * Errors     as in io/db.h. A connection of DB_MONEY can read what is needed.
 * Tables     audit_chain, audit_report, audit_balance; reads all tables that are about money.
 */
#ifndef REPORTS_AUDIT_H
#define REPORTS_AUDIT_H
#include "io/db.h"

enum {
    AUDIT_FINDINGS_MAX = 100, /* of one check */
    AUDIT_SAMPLES = 100,      /* a run divides every 100th settled month again */
    AUDIT_ALL = -1,           /* ... or all months */
    AUDIT_KEEP = 30,          /* the latest reports that are kept */
    AUDIT_CHAIN_ROWS = 10000,
    AUDIT_CHAIN_AFTER_MS = 60 * 60 * 1000,
};

struct finding {
    const char *subject; /* a transaction's key, an account's code, a currency, "unit 17" */
    const char *text;    /* continues the sentence: "has 1 legs, announced 2" */
};
struct finding_list {
    struct finding *items;
    size_t n;
};

MUST_USE enum rc audit_transactions(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_sums(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_balances(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_signs(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_payments(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_units(struct db *db, struct arena *a, struct finding_list *out);
/* sample: divides again the months whose id modulo AUDIT_SAMPLES is this, or AUDIT_ALL. */
MUST_USE enum rc audit_shares(struct db *db, struct arena *a, int64_t sample,
                              struct finding_list *out);
MUST_USE enum rc audit_watching(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_creators(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_waiting(struct db *db, struct arena *a, int64_t now_ms,
                               struct finding_list *out);

/* Compares the links with the ledger and adds those of days that have ended; *link is the latest,
 * "" if there is none. */
MUST_USE enum rc audit_chain(struct db *db, struct arena *a, int64_t now_ms,
                             struct finding_list *out, const char **link);

/* The result of an audit. The report's first line is meant as the subject of a mail. */
struct audit_result {
    int64_t ran_ms, findings;
    const char *report;
};

/* Run all checks and store the result. `full`: divide all months again, not just a sample, which is
 * another one each day. */
MUST_USE enum rc audit_run(struct db *db, struct arena *a, int64_t now_ms, bool full,
                           struct audit_result *out);

/* The latest result. RC_NOT_FOUND: the audit never ran. */
MUST_USE enum rc audit_last(struct db *db, struct arena *a, struct audit_result *out);

/* The balances at the latest run; those of all creators, and of all members, are added up:
 * "asset:psp", "liab:creator:held". */
struct audit_balance {
    const char *account, *currency;
    int64_t minor;
};
struct audit_balance_list {
    struct audit_balance *items;
    size_t n;
};
MUST_USE enum rc audit_balances_last(struct db *db, struct arena *a,
                                     struct audit_balance_list *out);
#endif
