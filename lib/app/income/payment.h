/*
 * payment: books a payment that has arrived. One transaction writes the payment's row, one unit for
 * each of its months, the longer access (subscription.h), a receipt and postings in the ledger.
 *
 * Money      the postings (ledger.h has the accounts), per month of the payment:
 *              invoice:PROVIDER:REF   source -> deferred[unit] gross - tax;  source -> vat  tax
 *              fee:PROVIDER:REF       deferred[unit] -> source  fee;  fees_lost -> deferred[unit]
 *                                     what the net would be below 0; deferred[unit] is always the
 *                                     net
 *            A payment of several months is divided by largest remainder, the odd minor units to
 *            the first months. A payment of 0 (a gift) has no postings and no receipt.
 * Source     the account that holds the money: asset:psp or asset:bank for a driver, liab:voucher
 *            for a voucher, liab:member:<id> for a month paid from earnings (renewal_pay moves them
 *            there first).
 * Watching   a late payment covers days that were watched in grace: they are counted again.
 * Tables     payment; adds to `receipt` through receipt.h, to `unit` through unit.h and to
 *            watch_dirty through watch_day.h.
 */
#ifndef INCOME_PAYMENT_H
#define INCOME_PAYMENT_H
#include "app/money/ledger.h"

enum { PAYMENTS_SHOWN_MAX = 120, PAYMENT_MONTHS_MAX = 12 };

struct payment {
    int64_t id, user_id, amount_minor, tax_minor, fee_minor, months;
    int64_t starts_ms, ends_ms, paid_ms;
    int64_t receipt; /* its number; 0: none */
    bool documented; /* payment_book issues none: what it pays for has one already */
    const char *provider, *provider_ref, *currency;
};
struct payment_list {
    struct payment *items;
    size_t n;
};

/* Book a payment. The same (provider, provider_ref) again changes nothing: RC_OK if the content is
 * the same, else RC_CONFLICT. Inside the caller's transaction (db_transact), which repeats it if
 * two payments of one member meet. `p` needs all fields except id, ends_ms and receipt; starts_ms
 * is when a new run of months would begin, 0: at paid_ms. RC_INVALID: months or amount are out of
 * range. */
MUST_USE enum rc payment_book(struct db *db, struct arena *a, const struct payment *p,
                              struct ledger_account_ref source);

/* A member's payments, newest first; at most PAYMENTS_SHOWN_MAX. */
MUST_USE enum rc payment_list(struct db *db, struct arena *a, int64_t user_id,
                              struct payment_list *out);

/* A payment by its key at the provider. */
MUST_USE enum rc payment_get(struct db *db, struct arena *a, const char *provider,
                             const char *provider_ref, struct payment *out);

/* The provider_ref of a month that is paid from what is here, once for the paid time that ends at
 * until_ms; now it ends at ends_ms. RC_NOT_FOUND: it is not paid yet; RC_OK: it was paid before. Paid
 * time ends at the same moment again when another payment was given back since: then the ref is a new
 * one. */
MUST_USE enum rc payment_month_ref(struct db *db, struct arena *a, const char *provider,
                                   int64_t user_id, int64_t until_ms, int64_t ends_ms,
                                   const char **ref);

/* A payment by the number of its receipt. */
MUST_USE enum rc payment_by_receipt(struct db *db, struct arena *a, int64_t number,
                                    struct payment *out);

/* The tax included in a gross amount (conf tax_bp), and the cost of a payment (conf fee_minor,
 * fee_bp), for providers that do not report them. Half a minor unit is rounded up. */
int64_t payment_tax_minor(int64_t gross_minor);
int64_t payment_fee_minor(int64_t gross_minor);

/* The roundest tax rate, in basis points, at which this gross amount includes this tax. */
int64_t payment_tax_bp(int64_t gross_minor, int64_t tax_minor);
#endif
