/*
 * receipt: the documents that members get: a receipt for each payment, a credit note for each
 * refund.
 *
 * Tables     receipt, receipt_counter; joins payment.
 */
#ifndef INCOME_RECEIPT_H
#define INCOME_RECEIPT_H
#include "io/db.h"

enum { RECEIPTS_SHOWN_MAX = 240 };

/* A receipt of a payment, or the credit note of a refund. Numbers have no gaps. */
struct receipt {
    int64_t number, payment_id, reversal_id, user_id, amount_minor, tax_minor, issued_ms;
    int64_t starts_ms, ends_ms, months; /* of the payment, like these: */
    int64_t paid_minor, paid_tax_minor;
    const char *currency, *provider;
};
struct receipt_list {
    struct receipt *items;
    size_t n;
};

/* Issue a receipt with the next number, inside the transaction of the payment or reversal. */
MUST_USE enum rc receipt_issue(struct db *db, struct arena *a, const struct receipt *r);

/* A member's receipts, newest first; one of them (RC_NOT_FOUND: no such receipt, or not theirs). */
MUST_USE enum rc receipt_list(struct db *db, struct arena *a, int64_t user_id,
                              struct receipt_list *out);
MUST_USE enum rc receipt_get(struct db *db, struct arena *a, int64_t user_id, int64_t number,
                             struct receipt *out);
#endif
