/*
 * sheet: writes rows of comma-separated text (RFC 4180) for spreadsheets. Text that people typed
 * cannot become a formula there: a cell that would begin with = + - @ or a tab is preceded by an
 * apostrophe. So would a negative number be; write negative numbers into a column of their own.
 */
#ifndef BASE_SHEET_H
#define BASE_SHEET_H
#include "base/sb.h"

void sheet_text(struct sb *o, const char *cell);
void sheet_int(struct sb *o, int64_t cell);
void sheet_end(struct sb *o); /* of the row */
#endif
