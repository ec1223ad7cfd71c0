/*
 * audit: do the books say what they must? Each check compares what was written down in different
 * places, so that a fault of one of them shows; what it finds was written past the modules or is a
 * fault of one.
 *
 * Checks     transactions  each has as many legs as it announced, accounts of its own currency, and
 *                          the digest of its rows, here computed by the server
 *            sums          per currency the debits of all accounts are their credits
 *            balances      each kept balance is the sum of its legs, and none is missing
 *            signs         no kept balance is below zero; what a creator holds or could be paid only
 *                          after a posting of kind `refund` or `dispute` took from it
 *            payments      each payment and each refund stands in the ledger with its own amount, and
 *                          falls on the months it says
 *            units         an open month has its net in liab:deferred, a settled one nothing; it was
 *                          settled once; what each account has of it is what its row says
 *            shares        the legs of each creator and month are their share; the division of a
 *                          sample of months (all of them, when asked) is computed again
 *            watching      nobody is credited more than 16 hours a day or more than a video's length;
 *                          no share counts more time than was credited
 *            creators      what is in transit are the payouts under way; sent ones have left, others
 *                          have not; statements follow from the ledger
 *            waiting       nothing has been waiting for longer than it should
 *            chain         what was written down on days that are over is what it was
 * Sums       the report also has, per currency, the line that everybody wants to see: what came in and
 *            where it is. Never more out than in.
 * Chain      link(day) = SHA-256(link of the day before it, newline, digests of its transactions in
 *            the order of their numbers, AUDIT_CHAIN_ROWS at a time). A day gets its link once it is
 *            over for AUDIT_CHAIN_AFTER_MS. The latest link is in every report, so a mailbox holds
 *            what a changed database no longer says.
 * Ownership  lists and texts are in the caller's arena.
 * Errors     as in io/db.h. A connection of DB_MONEY can read what is needed.
 * Tables     audit_chain, audit_report, audit_balance; reads all that is about money.
 */
#ifndef REPORTS_AUDIT_H
#define REPORTS_AUDIT_H
#include "io/db.h"

enum {
    AUDIT_FINDINGS_MAX = 100, /* of one check */
    AUDIT_SAMPLES = 100,      /* a run divides one of so many settled months again, */
    AUDIT_ALL = -1,           /* or all */
    AUDIT_KEEP = 30,          /* reports */
    AUDIT_CHAIN_ROWS = 10000,
    AUDIT_CHAIN_AFTER_MS = 60 * 60 * 1000,
};

struct finding {
    const char *subject; /* key of the transaction, code of the account, currency, "unit 17" */
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
MUST_USE enum rc audit_payments(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_units(struct db *db, struct arena *a, struct finding_list *out);
/* sample: the months whose number leaves that rest when divided by AUDIT_SAMPLES, or AUDIT_ALL. */
MUST_USE enum rc audit_shares(struct db *db, struct arena *a, int64_t sample,
                              struct finding_list *out);
MUST_USE enum rc audit_watching(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_creators(struct db *db, struct arena *a, struct finding_list *out);
MUST_USE enum rc audit_waiting(struct db *db, struct arena *a, int64_t now_ms,
                               struct finding_list *out);

/* Compares the links and adds those of days that are over; *link is the latest, "" when there is
 * none. */
MUST_USE enum rc audit_chain(struct db *db, struct arena *a, int64_t now_ms,
                             struct finding_list *out, const char **link);

/* What the audit said. The report's first line is a subject for a mail. */
struct audit_result {
    int64_t ran_ms, findings;
    const char *report;
};

/* All of them; the result is written down. Without `full` the sample is another one each day. */
MUST_USE enum rc audit_run(struct db *db, struct arena *a, int64_t now_ms, bool full,
                           struct audit_result *out);

/* The latest result. RC_NOT_FOUND: it never ran. */
MUST_USE enum rc audit_last(struct db *db, struct arena *a, struct audit_result *out);

/* Balances of the latest run, those of all creators and of all members added up: "asset:psp",
 * "liab:creator:held". */
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
