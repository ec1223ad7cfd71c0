/*
 * payment: a payment arrived. In one transaction it becomes the payment's row, one unit for each of its
 * months, the longer access (subscription.h), a receipt and postings in the ledger.
 *
 * Money      what the postings say (ledger.h has the accounts), per month of the payment:
 *              invoice:PROVIDER:REF   source -> deferred[unit] gross - tax;  source -> vat  tax
 *              fee:PROVIDER:REF       deferred[unit] -> source  fee;  fees_lost -> deferred[unit]  what it
 *                                     exceeds the net by, so that deferred[unit] is always the net
 *            A payment of several months is divided by largest remainder, the odd minor units to the
 *            first months. A payment of 0 (a gift) is posted nowhere and has no receipt.
 * Source     where the money is: asset:psp or asset:bank as the driver says, liab:voucher for a
 *            voucher, liab:member:<id> for a month that earnings pay (renewal_pay moves them
 *            there first).
 * Watching   a late payment covers days that were watched in grace: they are counted anew.
 * Tables     payment, receipt, receipt_counter; adds to `unit` through unit.h and to watch_dirty.
 */
#ifndef INCOME_PAYMENT_H
#define INCOME_PAYMENT_H
#include "app/money/ledger.h"

enum { PAYMENTS_SHOWN_MAX = 120, RECEIPTS_SHOWN_MAX = 240, PAYMENT_MONTHS_MAX = 12 };

struct payment {
    int64_t id, user_id, amount_minor, tax_minor, fee_minor, months;
    int64_t starts_ms, ends_ms, paid_ms;
    int64_t receipt; /* its number; 0: none */
    const char *provider, *provider_ref, *currency;
};
struct payment_list {
    struct payment *items;
    size_t n;
};

/* Book it. The same (provider, provider_ref) again changes nothing and is RC_OK when it says the
 * same, RC_CONFLICT when it does not. Inside the caller's transaction (db_transact), which also
 * repeats it when two payments of one member meet. `p` needs all but id, ends_ms and receipt;
 * starts_ms is when a new run of months would begin, 0: at paid_ms. */
MUST_USE enum rc payment_book(struct db *db, struct arena *a, const struct payment *p,
                              struct ledger_account_ref source);

/* Newest first. */
MUST_USE enum rc payment_list(struct db *db, struct arena *a, int64_t user_id,
                              struct payment_list *out);

/* A payment by its key at the provider. */
MUST_USE enum rc payment_get(struct db *db, struct arena *a, const char *provider,
                             const char *provider_ref, struct payment *out);

/* ... or by the number of its receipt. */
MUST_USE enum rc payment_by_receipt(struct db *db, struct arena *a, int64_t number,
                                    struct payment *out);

/* A receipt of a payment, or the credit note of a refund. Numbers have no gaps. */
struct receipt {
    int64_t number, payment_id, reversal_id, user_id, amount_minor, tax_minor, issued_ms;
    int64_t starts_ms, ends_ms, months; /* of the payment, as are these: */
    int64_t paid_minor, paid_tax_minor;
    const char *currency, *provider;
};
struct receipt_list {
    struct receipt *items;
    size_t n;
};

/* The next number; inside the transaction that does what it is about. */
MUST_USE enum rc receipt_issue(struct db *db, struct arena *a, const struct receipt *r);

/* A member's receipts, newest first, and one of them (RC_NOT_FOUND: no such, or not theirs). */
MUST_USE enum rc receipt_list(struct db *db, struct arena *a, int64_t user_id,
                              struct receipt_list *out);
MUST_USE enum rc receipt_get(struct db *db, struct arena *a, int64_t user_id, int64_t number,
                             struct receipt *out);

/* The tax that a gross amount includes, half a minor unit rounded up; and what a payment costs us: by
 * conf tax_bp, fee_minor and fee_bp, for providers that do not say so. */
int64_t payment_tax_minor(int64_t gross_minor);
int64_t payment_fee_minor(int64_t gross_minor);

/* The roundest rate, in basis points, by which a gross amount includes this tax. */
int64_t payment_tax_bp(int64_t gross_minor, int64_t tax_minor);
#endif
