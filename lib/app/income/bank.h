/*
 * bank: turns lines of the bank statement into payments.
 *
 * A line names a checkout by its reference (reference.h). It is booked if reference, amount and
 * currency match and the checkout is not paid yet; any other money received goes to
 * clearing:unmatched, so that the books agree with the bank, until an operator books it to a
 * checkout or notes that it was sent back.
 * Money      bank:ID:unmatched   asset:bank -> clearing:unmatched
 *            bank:ID:returned    clearing:unmatched -> asset:bank
 *            booked              payment.h, from asset:bank or clearing:unmatched; provider_ref
 *                                bank_ID
 * Once       A line is known by its digest: the same file may be imported any number of times.
 * Tables     bank_line.
 */
#ifndef INCOME_BANK_H
#define INCOME_BANK_H
#include "app/income/pay.h"

enum { BANK_LINES_SHOWN_MAX = 500, BANK_TEXT_MAX_CHARS = 400 };

enum bank_state { BANK_BOOKED, BANK_UNMATCHED, BANK_RETURNED };
WORDS_OF(bank_state);

struct bank_line {
    int64_t id, on_ms, amount_minor;
    const char *currency, *text;
    const char *digest, *reference, *note; /* reference: "" when there is none */
    enum bank_state state;
};
struct bank_line_list {
    struct bank_line *items;
    size_t n;
};

/* The digest of a line; nth counts equal lines of one file, from 0. */
const char *bank_digest(struct arena *a, const struct bank_line *line, int64_t nth);

/* Import a line. *line needs on_ms, amount_minor (> 0), currency, text, digest and reference; the
 * rest is filled in. *seen: it had been imported before.
 *   RC_INVALID  another currency than the provider's; nothing is written */
MUST_USE enum rc bank_take(struct db *db, struct arena *a, struct bank_line *line, int64_t now_ms,
                           bool *seen);

/* Book unmatched money to the checkout with this reference, or note that it was sent back.
 *   RC_NOT_FOUND  no such line; for bank_match also: no such reference
 *   RC_CONFLICT   the line is not unmatched; for bank_match also: the checkout is paid, no longer
 *                 payable, or asks for another amount */
MUST_USE enum rc bank_match(struct db *db, struct arena *a, int64_t id, const char *reference,
                            int64_t now_ms, struct problem *why);
MUST_USE enum rc bank_return(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
                             struct problem *why);

/* The unmatched lines, oldest first; at most BANK_LINES_SHOWN_MAX. */
MUST_USE enum rc bank_unmatched(struct db *db, struct arena *a, struct bank_line_list *out);
#endif
