/*
 * iban: checks bank account numbers (ISO 13616) by the length for their country and by mod 97 (ISO
 * 7064).
 */
#ifndef BASE_IBAN_H
#define BASE_IBAN_H
#include "base/arena.h"

enum { IBAN_MAX_BYTES = 34 }; /* without spaces */

/* Is this an IBAN? Spaces are allowed; *plain is the number without them, in capitals. */
bool iban_ok(struct arena *a, const char *typed, const char **plain);
#endif
