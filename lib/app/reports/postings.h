/*
 * postings: the ledger as lines for accountants' software: one line a leg.
 *
 * Table      date, text, debit, credit, amount, currency, document, tax (base/sheet.h). `document` is
 *            the number of the receipt or credit note of the posting; `tax` is its tax key: the
 *            category of UNCL5305 and the rate, such as S20.00.
 * DATEV      DATEV's format EXTF, category 21 "Buchungsstapel", main version 700, format version 9:
 *            two lines of head, 120 columns, Windows-1252, CRLF, semicolons, decimal commas. Each
 *            account becomes one of SKR03 or SKR04 (conf datev_chart), as datev_table says, unless
 *            conf datev_accounts has another. Tax is a line of its own, so accounts that compute tax
 *            ("Automatikkonten") do not fit. A leg between two accounts that are one there is left
 *            out. Source: developer.datev.de, "DATEV-Format: Header, Buchungsstapel".
 * Pages      whole transactions in the order of their times; *place moves behind them.
 * Reads      the ledger's tables, reversal, receipt, document.
 */
#ifndef REPORTS_POSTINGS_H
#define REPORTS_POSTINGS_H
#include "app/reports/books.h"
#include "base/sb.h"

enum { POSTINGS_PAGE_LEGS = 2000, DATEV_LINES_MAX = 99999 };

void postings_sheet_head(struct sb *o);

/* Append the next page before to_ms. RC_NOT_FOUND: there are no more; *n is how many lines. */
MUST_USE enum rc postings_sheet(struct db *db, struct arena *a, int64_t to_ms,
                                struct journal_place *place, struct sb *o, size_t *n);

/* What DATEV cannot take: RC_INVALID and *why. A period of whole days in one business year (conf
 * datev_year_begins), a currency with at most two decimals, a table of accounts that can be read. */
MUST_USE enum rc datev_check(struct arena *a, int64_t from_ms, int64_t to_ms, const char *currency,
                             struct problem *why);

/* The two lines of head; then the lines of the next page, like postings_sheet. */
void datev_head(struct sb *o, int64_t from_ms, int64_t to_ms, const char *currency, int64_t now_ms);
MUST_USE enum rc datev_lines(struct db *db, struct arena *a, int64_t to_ms,
                             struct journal_place *place, struct sb *o, size_t *n);

/* The account of SKR03 or SKR04 for one of the ledger's, "liab:creator:17:held"; *key: its
 * BU-Schlüssel, "" for none. */
int64_t datev_account(struct arena *a, const char *code, const char **key);
#endif
