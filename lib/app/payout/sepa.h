/*
 * sepa: writes a list of credit transfers as a file for the bank.
 *
 * Format     ISO 20022 pain.001.001.09, Customer Credit Transfer Initiation, as the SEPA Credit
 *            Transfer Scheme uses it (EPC132-08): one message, one payment block, one debtor,
 *            euros.
 * Text       only the characters of EPC217-08 and ISO 20022's Latin set: letters of all scripts are written
 *            in Latin letters without accents (io/latin.h), quotes and dashes become ' and -, & becomes +,
 *            and any other character a blank. Nothing ever stands in the place of a letter.
 * Reach      the countries of EPC409-09; a bank refuses a file with an IBAN of another one.
 * Addresses  since November 2026 banks take no unstructured ones. The payee's are not needed; the payer's
 *            town and country are, if an account is outside the European Economic Area (EU 2023/1113;
 *            EPC132-08): then they are written as TwnNm and Ctry.
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
    const char *town, *country;      /* of the payer; may be "" if all accounts are in the EEA */
    const struct sepa_transfer *items;
    size_t n;
};

/* The text in the characters that banks pass on, at most max_bytes, without blanks at its ends. */
char *sepa_text(struct arena *a, const char *text, size_t max_bytes);

/* Can a name be written for a bank? *as is what the bank reads. False if a letter would get lost or guessed
 * (io/latin.h): banks compare the name with the account's; or if no letter is left. */
bool sepa_writes(struct arena *a, const char *text, const char **as);

/* Do SEPA transfers reach the country of this IBAN? Is it in the European Economic Area? */
bool sepa_reaches(const char *iban);
bool sepa_in_eea(const char *iban);

/* The file of an order. RC_INVALID, *why says why: nothing to send, a wrong amount, IBAN or name,
 * or the payer's address is missing. */
MUST_USE enum rc sepa_file(struct arena *a, const struct sepa_order *order, const char **xml,
                           struct problem *why);
#endif
