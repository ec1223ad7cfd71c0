/*
 * rows: many rows for one statement, as a JSON array of arrays that JSON_TABLE reads; ROWS_MAX in each
 * text, so that no packet becomes too long.
 */
#ifndef APP_ROWS_H
#define APP_ROWS_H
#include "base/sb.h"

enum { ROWS_MAX = 1000 };

struct rows {
    struct arena *a;
    struct sb *texts; /* each a whole array when rows_end() was called */
    size_t n, max, rows;
};

void rows_begin(struct rows *r, struct arena *a, size_t rows_max);

/* Add one row: sb_addf(rows_next(r), "[%d,\"%s\"]", …). */
struct sb *rows_next(struct rows *r);
void rows_end(struct rows *r);
#endif
