/*
 * sepa: a list of credit transfers as the file that a bank takes.
 *
 * Format     ISO 20022 pain.001.001.09, Customer Credit Transfer Initiation, as the SEPA Credit
 *            Transfer Scheme uses it (EPC132-08): one message, one payment block, one debtor, euros.
 * Text       only the characters of EPC217-08: a letter with an accent becomes the one without,
 *            anything else a full stop.
 * Ownership  texts are in the caller's arena.
 */
#ifndef PAYOUT_SEPA_H
#define PAYOUT_SEPA_H
#include "base/arena.h"

enum { SEPA_NAME_MAX_BYTES = 70, SEPA_ID_MAX_BYTES = 35, SEPA_TEXT_MAX_BYTES = 140 };
#define SEPA_AMOUNT_MAX_MINOR INT64_C(99999999999) /* of one transfer: 999,999,999.99 */

struct sepa_transfer {
    const char *id; /* end to end: the receiver's bank shows it */
    const char *holder, *iban, *text;
    int64_t amount_minor; /* cents */
};

struct sepa_order {
    const char *id; /* of the message: a bank refuses the same one twice */
    int64_t created_ms;
    const char *holder, *iban, *bic; /* who pays; bic may be "" */
    const struct sepa_transfer *items;
    size_t n;
};

/* The text in the characters that banks pass on, at most max_bytes of them. */
char *sepa_text(struct arena *a, const char *text, size_t max_bytes);
bool sepa_has_letters(const char *sepa_text);

/* RC_INVALID, with a sentence: nothing to send, an amount or an IBAN that cannot be. */
MUST_USE enum rc sepa_file(struct arena *a, const struct sepa_order *order, const char **xml,
                           struct problem *why);
#endif
