/*
 * reference: the text in a bank transfer that names its checkout, such as OVS-00003F-P.
 *
 *   OVS - number of the checkout, REFERENCE_DIGITS symbols of Crockford's base32 (str.h) - check
 *
 * The check symbol follows the hybrid systems of ISO/IEC 7064 (such as MOD 37,36), here MOD 33,32
 * over the same 32 symbols: it detects every single wrong symbol and nearly every swap of two
 * neighbours. Pure: no clock, no database.
 */
#ifndef INCOME_REFERENCE_H
#define INCOME_REFERENCE_H
#include "base/arena.h"

enum { REFERENCE_DIGITS = 6 };
#define REFERENCE_MAX ((INT64_C(1) << 5 * REFERENCE_DIGITS) - 1)

/* The reference of a checkout, 1 to REFERENCE_MAX. */
const char *reference_of(struct arena *a, int64_t checkout_id);

/* The first valid reference in what a payer or a bank wrote, returned in the form above. Accepts
 * any case, hyphens and blanks anywhere, O for 0, and I or L for 1. NULL: there is none. */
const char *reference_find(struct arena *a, const char *text);

/* Another one in the same text, or NULL: what names two payments is for an operator to read. */
const char *reference_find_other(struct arena *a, const char *text, const char *than);
#endif
