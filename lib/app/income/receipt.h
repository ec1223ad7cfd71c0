/*
 * receipt: the register of documents: a receipt for each payment and for each voucher that was sold,
 * a credit note for each refund. What a document states is in document.h.
 *
 * Numbers    have no gaps: the counter is locked until the transaction that took a number ends.
 * Tables     receipt, receipt_counter; adds to `document`.
 */
#ifndef INCOME_RECEIPT_H
#define INCOME_RECEIPT_H
#include "io/db.h"

enum { RECEIPTS_SHOWN_MAX = 240 };

/* reversal_id is 0 in the receipt of a payment, that of the reversal in a credit note, and below 0
 * in the receipt that takes a credit note back. Of a voucher, voucher_id is set instead of
 * payment_id, user_id is 0, and reversal_id is 0 for its sale and 1 when the money was returned.
 * Amounts are below 0 in a credit note. */
struct receipt {
    int64_t number, payment_id, voucher_id, reversal_id, user_id, amount_minor, tax_minor;
    int64_t issued_ms;
    const char *currency;
};
struct receipt_list {
    struct receipt *items;
    size_t n;
};

/* Issue a document with the next number, and store what it states, inside the transaction of the
 * payment, the reversal or the sale; r->number does not matter. The member whose it is is told:
 * NOTICE_REFUND of a credit note, NOTICE_RECEIPT otherwise. until_ms is the end of what is paid now, for
 * that notice; 0: it says none. */
MUST_USE enum rc receipt_issue(struct db *db, struct arena *a, const struct receipt *r,
                               int64_t until_ms);

/* A member's documents, newest first. */
MUST_USE enum rc receipt_list(struct db *db, struct arena *a, int64_t user_id,
                              struct receipt_list *out);
#endif
