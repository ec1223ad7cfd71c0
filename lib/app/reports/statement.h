/*
 * statement: monthly statements for creators, written once the month is closed.
 *
 * Document   a CSV text (base/sheet.h) of rows "kind,what,seconds,viewers,in,out", and its SHA-256.
 *            It is never changed; what comes later is in a later month's. Kinds, in this order:
 *              statement period currency issuer issuer_vat_id creator creator_vat_id note
 *              opening     the closing balance of the previous statement
 *              correction  postings of earlier months that were made after their statement
 *              earned      a video's earnings from units settled in the month; the creator's share
 *                          of a unit is divided among its videos by counted time (largest
 *                          remainder)
 *              uplift      idle money, added when the month was closed
 *              reversal    a refund or dispute that took earnings back, or one that was undone
 *              paid returned spent
 *              taken       by a decision about what was frozen (freeze.h), or given back
 *              other
 *              closing     opening plus all of the above
 *              matured held payable transit frozen   the accounts of the closing balance (the last
 *                          only if it has something); not in the sum
 * Balance    all money that is or will be the creator's: held, payable, in transit and frozen.
 * Check      earnings are computed from units and shares, everything else from the ledger. If
 *            together they differ from the ledger's balance, no statement is made and the log says
 *            why.
 * Months     of UTC, by when something happened; the postings close:YYYYMM belong to the month that
 *            they close.
 * Tables     statement, statement_month. Reads the ledger's tables, unit, unit_share, month_close,
 *            month_uplift, watch_day, reversal, payee, video, user.
 */
#ifndef REPORTS_STATEMENT_H
#define REPORTS_STATEMENT_H
#include "io/db.h"

enum {
    STATEMENTS_SHOWN_MAX = 120,
    STATEMENT_VIDEOS_MAX = DB_ROWS_MAX, /* of one creator and month */
    STATEMENT_REVERSALS_MAX = 5000,     /* with rows of their own; the rest are one sum */
};

/* Make all statements that are due at now_ms; *made counts them. RC_NOT_FOUND: none was due;
 * RC_FAIL: those of some creators do not add up, the others were made. Needs DB_MONEY. `item` is an
 * arena that is reset between creators. Any number of processes may do so at once. */
MUST_USE enum rc statement_make_due(struct db *db, struct arena *a, struct arena *item,
                                    int64_t now_ms, int64_t *made);

struct statement {
    int64_t creator_id, month, opening_minor, closing_minor, made_ms;
    const char *currency, *sha256, *csv;
};
struct statement_list {
    struct statement *items;
    size_t n;
};

/* A creator's statements, newest first, without their text; one statement. RC_NOT_FOUND: there is
 * none; RC_FAIL: its text does not match its SHA-256; logged. */
MUST_USE enum rc statement_list(struct db *db, struct arena *a, int64_t creator_id,
                                struct statement_list *out);
MUST_USE enum rc statement_get(struct db *db, struct arena *a, int64_t creator_id, int64_t month,
                               struct statement *out);

/* The rows of a statement's document. */
struct statement_line {
    const char *kind, *what, *seconds, *viewers, *in, *out;
};
struct statement_lines {
    struct statement_line *items;
    size_t n;
};
MUST_USE enum rc statement_read(struct arena *a, const struct statement *s,
                                struct statement_lines *out);
#endif
