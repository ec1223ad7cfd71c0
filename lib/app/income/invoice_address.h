/*
 * invoice_address: whom a member's documents are made out to, if not the name of the account. Used
 * from the next document on; those that were issued stay as they are.
 *
 * VAT number  of the buyer, with the country's prefix (EL in Greece, XI in Northern Ireland). Only its
 *             form is checked: for the European Union those of the European Commission ("VIES: VAT
 *             number structure"), elsewhere 2 to 15 letters and digits.
 * Tables      invoice_address.
 */
#ifndef INCOME_INVOICE_ADDRESS_H
#define INCOME_INVOICE_ADDRESS_H
#include "io/db.h"

enum {
    INVOICE_NAME_MAX_CHARS = 100,
    INVOICE_STREET_MAX_CHARS = 100,
    INVOICE_POSTCODE_MAX_CHARS = 20,
    INVOICE_CITY_MAX_CHARS = 100,
    INVOICE_VAT_ID_MAX_BYTES = 17
};

struct invoice_address {
    const char *name, *street, *postcode, *city, *country; /* country: two capitals, or "" */
    const char *vat_id;                                    /* or "" */
};

/* All fields are "" if the member gave none. */
MUST_USE enum rc invoice_address_get(struct db *db, struct arena *a, int64_t user_id,
                                     struct invoice_address *out);

/* Check what was typed and store it; with all fields empty, forget it. RC_INVALID: *why names the
 * field. */
MUST_USE enum rc invoice_address_set(struct db *db, struct arena *a, int64_t user_id,
                                     const struct invoice_address *typed, int64_t now_ms,
                                     struct problem *why);

/* The VAT number in capitals without blanks, points and dashes, or NULL if it cannot be one of this
 * country. */
const char *vat_id_of(struct arena *a, const char *typed, const char *country);
#endif
