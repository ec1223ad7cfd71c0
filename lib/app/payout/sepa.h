/*
 * sepa: writes a list of credit transfers as a file for the bank.
 *
 * Format     ISO 20022 pain.001.001.09, Customer Credit Transfer Initiation, as the SEPA Credit
 *            Transfer Scheme uses it (EPC132-08): one message, one payment block, one debtor,
 *            euros.
 * Text       only the characters of EPC217-08: letters lose their accents, and any other character
 *            becomes a full stop.
 * Ownership  texts are in the caller's arena.
 */
#ifndef PAYOUT_SEPA_H
#define PAYOUT_SEPA_H
#include "base/arena.h"

enum { SEPA_NAME_MAX_BYTES = 70, SEPA_ID_MAX_BYTES = 35, SEPA_TEXT_MAX_BYTES = 140 };
#define SEPA_AMOUNT_MAX_MINOR INT64_C(99999999999) /* of one transfer: 999,999,999.99 */

struct sepa_transfer {
    const char *id; /* end-to-end id, which the receiver's bank shows */
    const char *holder, *iban, *text;
    int64_t amount_minor; /* cents */
};

struct sepa_order {
    const char *id;                  /* of the message; a bank refuses an id that it has seen */
    int64_t created_ms, on_ms;       /* on_ms: the day on which the bank is asked to pay */
    const char *holder, *iban, *bic; /* the payer; bic may be "" */
    const struct sepa_transfer *items;
    size_t n;
};

/* The text in the characters that banks pass on, at most max_bytes; does it contain a letter? */
char *sepa_text(struct arena *a, const char *text, size_t max_bytes);
bool sepa_has_letters(const char *sepa_text);

/* The file of an order. RC_INVALID, *why says why: nothing to send, or a wrong amount or IBAN. */
MUST_USE enum rc sepa_file(struct arena *a, const struct sepa_order *order, const char **xml,
                           struct problem *why);
#endif
