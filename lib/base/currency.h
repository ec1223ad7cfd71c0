/*
 * currency: the currencies of ISO 4217 and how many decimals their amounts have.
 *
 * Edition    list one as published on 25 June 2024, with XCG of amendment 176. Codes without a minor
 *            unit (metals, funds of banks, XXX) are no currencies for a site; XTS, the code for tests,
 *            has two decimals here. tests/currency.test.mjs compares the table with the npm package
 *            currency-codes: when that has a newer edition, the test says what is missing.
 */
#ifndef BASE_CURRENCY_H
#define BASE_CURRENCY_H
#include "base/base.h"

enum { CURRENCY_DECIMALS_MAX = 4 };

/* The decimals of amounts in this currency, 0 to CURRENCY_DECIMALS_MAX; -1: there is none with this code
 * (three capitals). */
int currency_decimals(const char *code);
#endif
