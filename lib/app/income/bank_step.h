/*
 * bank_step: the parts of bank.h that its files share; for lib/app/income/bank*.c only.
 */
#ifndef INCOME_BANK_STEP_H
#define INCOME_BANK_STEP_H
#include "app/income/bank.h"

#define BANK_BY_HAND "by hand"

extern const struct shape bank_line_shape;
#define BANK_LINES                                                                                              \
    "SELECT id, on_ms, booked_ms, changed_ms, amount_minor, currency, text, name, iban_end, reference, quoted," \
    " source, account, bank_ref, end_to_end, digest, note, state, meaning FROM bank_line"

/* A line on its way into the books, inside a transaction. */
struct bank_work {
    struct arena *a;
    struct bank_line *line;
    int64_t now_ms;
    bool by_word; /* an operator says so: the checkout's time does not matter */
    struct problem *why;
};

/* Begin a transaction: wait for the others. */
MUST_USE enum rc bank_begin(struct db *db);

/* bank_known.c: the row of this line, if there is one that is not among the `used` ones. Only rows
 * that are sure to be it, or also likely ones. RC_NOT_FOUND: there is none. */
struct bank_used {
    int64_t *ids;
    size_t n;
};
MUST_USE enum rc bank_known(struct db *db, struct arena *a, const struct bank_line *line,
                            bool also_likely, const struct bank_used *used, struct bank_line *out);
/* The digest of a new line. */
MUST_USE enum rc bank_digest(struct db *db, struct arena *a, const struct bank_line *line,
                             const char **out);

/* bank_book.c: book a line that has been written down, by the rules. RC_NOT_FOUND, RC_CONFLICT: they
 * do not cover it, *why says why; nothing was written. */
MUST_USE enum rc bank_book(struct db *db, const struct bank_work *w);
MUST_USE enum rc bank_post(struct db *db, struct arena *a, const struct bank_line *line,
                           const char *kind, struct ledger_account_ref debit,
                           struct ledger_account_ref credit, int64_t minor, int64_t at_ms);
MUST_USE enum rc bank_set_state(struct db *db, struct bank_line *line, enum bank_state state,
                                enum bank_meaning meaning, const char *note, int64_t now_ms);
MUST_USE enum rc bank_lock_line(struct db *db, struct arena *a, int64_t id, struct bank_line *out);
MUST_USE enum rc bank_into_clearing(struct db *db, const struct bank_work *w);
MUST_USE enum rc bank_out_of_clearing(struct db *db, const struct bank_work *w, const char *kind);

/* bank_outgoing.c: a refund or a return that was noted before and that this line is; its key as in
 * the ledger. RC_NOT_FOUND: none, or several that could be. */
MUST_USE enum rc bank_noted(struct db *db, struct arena *a, const struct bank_line *line,
                            const char **ikey, enum bank_meaning *meaning);
MUST_USE enum rc bank_set_confirms(struct db *db, int64_t id, const char *ikey);
#endif
