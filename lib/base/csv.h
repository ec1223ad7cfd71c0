/*
 * csv: reads rows of comma-separated text (RFC 4180), as banks and spreadsheets write it: lines end
 * in LF or CR LF, the separator is a comma or a semicolon, whichever is more frequent in the first
 * line outside quotes, and a byte order mark is skipped.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H
#include "base/arena.h"

enum { CSV_FIELDS_MAX = 64 };

struct csv {
    const char *at;
    char separator;
    int64_t line; /* the number, from 1, of the line on which the latest row began */
    int64_t next_line;
};
struct csv_row {
    const char *fields[CSV_FIELDS_MAX];
    size_t n;
};

void csv_begin(struct csv *c, const char *text);

/* Begin in the middle of a file: at the start of this line of it, with that separator. */
void csv_begin_at(struct csv *c, const char *at, int64_t line, char separator);

/* The next row that is not empty; texts are in the arena. RC_NOT_FOUND: there are no more,
 * RC_INVALID: a quote is not closed or is in the wrong place, or there are more than CSV_FIELDS_MAX
 * fields. */
MUST_USE enum rc csv_next(struct csv *c, struct arena *a, struct csv_row *row);
#endif
