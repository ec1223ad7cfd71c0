/*
 * sums: the ledger's sums by month, for readers that cannot read all legs.
 *
 * Model      A posting is either in the stored sums or in the list of those that are not
 *            (ledger_unsummed, filled by a trigger in the transaction of the posting). sums_keep moves
 *            postings from there into the sums; readers add what is still in the list themselves. So
 *            every figure is that of all legs, at any moment, however postings are numbered and
 *            dated, also before anything was summed.
 * Kinds      kinds of account: held, payable and transit of creators, member, deferred, vat, voucher,
 *            idle, pool, and others by their code: clearing:refund, asset:psp, rev:platform.
 * Acts       what legs of accounts that hold money (class asset) are for: paid (invoices and
 *            vouchers), fee, refund, dispute, payout, own (from one such account to another), other.
 *            What the words mean is stored in the sums: who changes it has to let a migration empty
 *            ledger_sum and ledger_kind and put all postings into ledger_unsummed.
 * Left       how much of what was owed is left, by the month in which it began to be owed, if the
 *            oldest money of an account (in deferred: of a unit) leaves it first.
 * Audit      every run of the audit compares the sums with what it verified before, `--full` with all
 *            legs (audit.h).
 * Tables     ledger_unsummed, ledger_sum, ledger_kind, ledger_summed; reads the ledger's.
 * Errors     as in io/db.h. Needs DB_MONEY.
 */
#ifndef REPORTS_SUMS_H
#define REPORTS_SUMS_H
#include "app/money/ledger.h"

enum {
    SUMS_BATCH_LEGS = 20000, /* summed in one transaction */
    SUMS_BATCH_POSTINGS = 5000,
    SUMS_KINDS_MAX = DB_ROWS_MAX
};

/* A month of the accounts of a kind. */
struct kind_month {
    const char *currency, *kind;
    enum ledger_class class;
    int64_t month; /* YYYYMM; 0: left_minor is what accounts are below zero, as <= 0 */
    int64_t debits_minor, credits_minor, left_minor;
};
struct kind_months {
    struct kind_month *items;
    size_t n, max;
};

/* Add the postings that are not in the sums to them; *n counts them. Any number of processes may do so,
 * and be killed. */
MUST_USE enum rc sums_keep(struct db *db, int64_t *n);

/* Forget the sums, so that sums_keep makes them again from all legs. */
MUST_USE enum rc sums_forget(struct db *db);

/* The sums of all postings of a currency, in any order. Inside the caller's transaction, which makes
 * them of one moment. */
MUST_USE enum rc sums_of_kinds(struct db *db, struct arena *a, const char *currency,
                               struct kind_months *out);

/* SQL: rows (account_id, month, act, debits, credits) of all postings: those in the sums, and those
 * that are not yet. */
#define SUMS_MONTH "EXTRACT(YEAR_MONTH FROM '1970-01-01' + INTERVAL t.effective_ms DIV 1000 SECOND)"
#define SUMS_ACT                                                                                   \
    " IF(d.class <> 'asset' OR c.class <> 'asset', IF(t.kind LIKE 'payout%', 'payout',"            \
    " CASE t.kind WHEN 'invoice' THEN 'paid' WHEN 'voucher' THEN 'paid' WHEN 'fee' THEN 'fee'"     \
    " WHEN 'refund' THEN 'refund' WHEN 'dispute' THEN 'dispute' ELSE 'other' END), 'own')"
#define SUMS_OF_SIDE(side, class, debits, credits, from)                                           \
    "SELECT l." side " AS account_id, " SUMS_MONTH " AS month,"                                    \
    " IF(" class                                                                                   \
        " = 'asset', " SUMS_ACT ", '') AS act, " debits " AS debits, " credits                     \
        " AS credits FROM " from " STRAIGHT_JOIN ledger_leg l ON l.tx_id = t.id"                   \
        " JOIN ledger_account d ON d.id = l.debit_id JOIN ledger_account c ON c.id = l.credit_id"
/* The legs of the postings `from`, a table called t. */
#define SUMS_OF(from)                                                                              \
    SUMS_OF_SIDE("debit_id", "d.class", "l.amount_minor", "0", from)                               \
    " UNION ALL " SUMS_OF_SIDE("credit_id", "c.class", "0", "l.amount_minor", from)
#define SUMS_UNSUMMED "ledger_unsummed nu STRAIGHT_JOIN ledger_tx t ON t.id = nu.tx_id"
#define SUMS_OF_ALL                                                                                \
    "SELECT account_id, month, act, debits_minor AS debits, credits_minor AS credits"              \
    " FROM ledger_sum UNION ALL " SUMS_OF(SUMS_UNSUMMED)
#endif
