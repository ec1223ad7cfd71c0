/*
 * audit: checks that the books are right. Each check compares figures that were stored in different
 * places, so that an error in one of them shows. A finding means that rows were changed without the
 * modules, or that a module has a bug.
 *
 * Checks     transactions  each has as many legs as it announced, accounts of its own currency, and
 *                          the digest of its rows, computed here by the server
 *            sums          per currency, the debits of all accounts equal their credits
 *            balances      each kept balance is the sum of its legs, and none is missing
 *            months        the sums by month (sums.h) agree with each other and, for what earlier runs
 *                          verified, with the digest that these wrote down; in a full run with all
 *                          legs, too
 *            signs         no kept balance is below zero, except a creator's held or payable balance
 *                          after a posting of kind `refund`, `dispute` or `payout_again` took from it
 *            payments      each payment and each refund is in the ledger with its own amount, and
 *                          is divided among the months that it names; what is booked about a payment
 *                          has its day
 *            documents     receipts and credit notes have no gaps in their numbers, each states what
 *                          its row says and fits its seal, and each refund has one
 *            acts          each posting made by hand has its act, each act its posting; none was
 *                          approved by the one who asked for it; vouchers come to liab:voucher
 *            units         an open month has its net in liab:deferred, a settled one nothing; it
 *                          was settled once; each account's part of it is what its row says
 *            access        a paid month that is not settled can be watched in for as long as it is
 *                          paid; what was given back in full has no time; nobody pays twice for one
 *                          moment, has a gap in what is paid ahead, or access without a month;
 *                          what was watched counts for no month that does not pay for that time
 *            shares        the legs of each creator and month add up to their share; the
 *                          division is computed again
 *            watching      nobody is credited with more than 16 hours a day or a video's length; no
 *                          share counts more time than was credited
 *            creators      money in transit equals the payouts under way; money of sent payouts has
 *                          left, that of others has not; statements follow from the ledger
 *            closes        a closed month agrees with its postings and with its creators' uplift, and
 *                          nothing was settled into it since then
 *            carried       the pool holds only what was settled since the latest closed month, and the
 *                          idle money what that month carried over and what came since
 *            freezes       what is frozen is what its parts and its postings say, and no more than the
 *                          share; none is open for more than FREEZE_DECIDE_DAYS, or not carried out
 *            currency      the books are in one currency
 *            payouts       none is stuck at its provider, no run waits for its export for a week or for
 *                          its confirmation six days after it was to be paid, and runs and their
 *                          payouts say the same
 *            bank          clearing:unmatched holds what the lines of the bank say that wait; each
 *                          line that was booked as a payment has its posting
 *            waiting       nothing has been waiting for longer than it should; a part of a payment
 *                          may wait for the rest as long as its checkout is payable
 *            chain         postings of past days have not changed
 * Verified   A run looks at one moment of the database: all of it is one transaction. A run whose
 *            checks of what is new found nothing writes down that all postings of that moment are
 *            verified: their sums by account, month and act as a digest, chained to the one before
 *            (audit_verified), and takes them off the list of those that no audit has seen
 *            (ledger_unaudited). The next run reads what is new: what was written since then, or since
 *            the oldest posting on the list if that is earlier, and a day more. Which postings are new
 *            is never decided by number or time alone: numbers are not in the order of commits, under
 *            Galera least of all, and a late commit or a wrong clock only makes the span longer.
 *            After a run with findings in what is new, runs read everything until one has none.
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
    AUDIT_FULL_DAYS = 7,      /* so often the job reads everything */
    AUDIT_KEEP = 30,          /* the latest reports that are kept */
    AUDIT_CHAIN_ROWS = 10000,
    AUDIT_CHAIN_AFTER_MS = 60 * 60 * 1000,
    AUDIT_OVERLAP_MS = 24 * 60 * 60 * 1000, /* read again, although it was read before */
};

struct finding {
    const char *subject; /* a transaction's key, an account's code, a currency, "unit 17" */
    const char *text;    /* continues the sentence: "has 1 legs, announced 2" */
};
struct finding_list {
    struct finding *items;
    size_t n;
};

/* What a run looks at. The checks of what is written down once and then stays (postings, settled
 * months) read what is new since the last run that found nothing wrong, or everything. */
struct audit_span {
    int64_t now_ms;
    int64_t since_ms; /* what was written from then on is new; 0: everything is to be read */
};

/* All checks, in the order of the report: X(NAME, WHEN) is the function audit_NAME, in
 * lib/app/reports/audit_*.c. A new check is a line here and a function in a file of its own
 * (audit_check.h tells how to write one).
 *   NEW     reads what is new in the span. While it has findings, runs read everything.
 *   ALWAYS  compares the present state, completely, in every run: what it finds is found again
 *           until it is mended. For figures that change, and for what is cheap to read. */
enum audit_when { AUDIT_NEW, AUDIT_ALWAYS };
#define AUDIT_CHECKS(X)                                                                            \
    X(transactions, NEW)                                                                           \
    X(sums, ALWAYS)                                                                                \
    X(balances, ALWAYS)                                                                            \
    X(months, NEW)                                                                                 \
    X(signs, ALWAYS)                                                                               \
    X(payments, NEW)                                                                               \
    X(documents, NEW)                                                                              \
    X(acts, NEW)                                                                                   \
    X(units, NEW)                                                                                  \
    X(access, ALWAYS)                                                                              \
    X(watching, NEW)                                                                               \
    X(creators, NEW)                                                                               \
    X(payouts, ALWAYS)                                                                             \
    X(shares, NEW)                                                                                 \
    X(closes, NEW)                                                                                 \
    X(carried, ALWAYS)                                                                             \
    X(freezes, ALWAYS)                                                                             \
    X(bank, ALWAYS)                                                                                \
    X(currency, ALWAYS)                                                                            \
    X(waiting, ALWAYS)                                                                             \
    X(chain, NEW)

#define AUDIT_DECLARE(name, when)                                                                  \
    MUST_USE enum rc audit_##name(struct db *db, struct arena *a, const struct audit_span *span,   \
                                  struct finding_list *out);
AUDIT_CHECKS(AUDIT_DECLARE)

/* The link of the latest day; "": there is none. */
MUST_USE enum rc audit_chain_last(struct db *db, struct arena *a, const char **link);

/* The result of an audit. The report's first line is meant as the subject of a mail. */
struct audit_result {
    int64_t ran_ms, findings;
    const char *report;
};

/* Run all checks and store the result. `full`: read everything, not just what is new. */
MUST_USE enum rc audit_run(struct db *db, struct arena *a, int64_t now_ms, bool full,
                           struct audit_result *out);

/* Whether the latest full run is AUDIT_FULL_DAYS ago, half a day more or less. */
MUST_USE enum rc audit_full_is_due(struct db *db, struct arena *a, int64_t now_ms, bool *due);

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
