/*
 * reference: what a bank transfer says so that it finds its checkout: OVS-00003F-P.
 *
 *   OVS - number of the checkout, REFERENCE_DIGITS symbols of Crockford's base32 (str.h) - check
 *
 * The check symbol is that of the hybrid systems of ISO/IEC 7064 (MOD 11,10 and 37,36 there), here
 * MOD 33,32 over the same 32 symbols: it notices every single wrong symbol and nearly every swap of
 * two neighbours. Pure: no clock, no database.
 */
#ifndef INCOME_REFERENCE_H
#define INCOME_REFERENCE_H
#include "base/arena.h"

enum { REFERENCE_DIGITS = 6 };
#define REFERENCE_MAX ((INT64_C(1) << 5 * REFERENCE_DIGITS) - 1)

/* Of a checkout, 1 to REFERENCE_MAX. */
const char *reference_of(struct arena *a, int64_t checkout_id);

/* The first good reference in what a payer or a bank wrote, in the form above: any case, hyphens and
 * blanks as it pleased them, O for 0, I and L for 1. NULL: there is none. */
const char *reference_find(struct arena *a, const char *text);
#endif
