/*
 * bank: what the bank statement says becomes payments.
 *
 * A line names a checkout by its reference (reference.h). It is booked when reference, amount and
 * currency are right and the checkout is not paid; any other money that came in goes to
 * clearing:unmatched, so that the books say what the bank says, until an operator books it to a
 * checkout or says that it went back.
 * Money      bank:ID:unmatched   asset:bank -> clearing:unmatched
 *            bank:ID:returned    clearing:unmatched -> asset:bank
 *            booked              payment.h, from asset:bank or clearing:unmatched; provider_ref bank_ID
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

/* The digest of the nth line (from 0) of its kind in a file. */
const char *bank_digest(struct arena *a, const struct bank_line *line, int64_t nth);

/* Take a line in: *line needs on_ms, amount_minor (> 0), currency, text, digest and reference, and has
 * what became of it then. *seen: it was in before.
 *   RC_INVALID  another currency than the provider's; nothing is written */
MUST_USE enum rc bank_take(struct db *db, struct arena *a, struct bank_line *line, int64_t now_ms,
                           bool *seen);

/* Unmatched money: whose it is was found out, or it went back.
 *   RC_NOT_FOUND  no such line
 *   RC_CONFLICT   it is not unmatched; of bank_match also: the checkout is paid or asks another sum */
MUST_USE enum rc bank_match(struct db *db, struct arena *a, int64_t id, const char *reference,
                            int64_t now_ms, struct problem *why);
MUST_USE enum rc bank_return(struct db *db, struct arena *a, int64_t id, int64_t now_ms,
                             struct problem *why);

/* The unmatched lines, oldest first. */
MUST_USE enum rc bank_unmatched(struct db *db, struct arena *a, struct bank_line_list *out);
#endif
