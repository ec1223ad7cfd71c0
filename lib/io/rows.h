/*
 * rows: many rows as one argument of a statement. They are sent as JSON, an array of arrays, and
 * the statement takes them apart:
 *
 *   STMT(q_add, NULL, "INSERT INTO word (id, text) SELECT id, text FROM JSON_TABLE(?, '$[*]'"
 *                     " COLUMNS (id BIGINT PATH '$[0]', text VARCHAR(20) PATH '$[1]')) r");
 *   struct rows rows = { .a = arena };
 *   rows_addf(&rows, "%" PRId64 ",\"%s\"", id, text);
 *   TRY(rows_run(db, &q_add, &rows, NULL));
 *
 * After ROWS_PAGE rows a new page begins, which is another run of the statement. Texts must not
 * hold quotes, backslashes or control characters. A column that is joined with an ascii_bin column
 * has to be ascii_bin, too, or the index is not used. A locking read takes JSON_TABLE from within
 * a subquery, (SELECT ... FROM JSON_TABLE(...) j) r: MySQL refuses to lock its rows (errno 3569).
 */
#ifndef IO_ROWS_H
#define IO_ROWS_H
#include "io/db.h"

enum { ROWS_PAGE = 1000, ROWS_MAX = 1000000 };

struct rows {
    struct arena *a;
    struct sb *pages;
    size_t n, pages_max; /* n: of all pages */
};

/* Add a row: its values, separated by commas. */
void rows_addf(struct rows *r, const char *fmt, ...) PRINTF(2, 3);

/* The i-th page as JSON; NULL after the last one. */
const char *rows_page(struct rows *r, size_t i);

/* Run q, whose only argument is a page, for each page. *changed (may be NULL) is the sum. */
MUST_USE enum rc rows_run(struct db *db, const struct stmt *q, struct rows *r, int64_t *changed);

/* Like DB_LIST, for a statement whose only argument is a page and that finds at most one row for
 * each row in r: the list holds the rows of all pages. */
#define ROWS_LIST(db, a, q, r, list)                                                               \
    (assert(sizeof(*(list)->items) == (q)->shape->size),                                           \
     rows_all((db), (a), (q), (r), (void **)&(list)->items, &(list)->n))
MUST_USE enum rc rows_all(struct db *db, struct arena *a, const struct stmt *q, struct rows *r,
                          void **items, size_t *n);
#endif
