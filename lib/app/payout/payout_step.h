/*
 * payout_step: one step of one payout, for the files of payout.h only.
 *
 * Every step locks the payout's row, looks at its state, posts, and writes the new state, in one
 * transaction. Saying the same twice is RC_OK and changes nothing.
 */
#ifndef PAYOUT_PAYOUT_STEP_H
#define PAYOUT_PAYOUT_STEP_H
#include "app/payout/payout.h"

enum { PAYOUT_NOTE_MAX_BYTES = 200 };

struct payout_step {
    struct arena *a;
    int64_t id, now_ms;   /* now_ms: of the posting, too */
    const char *provider; /* NULL: any */
    const char *ref, *note;
    enum payout_state to;
    enum payout_by {
        PAYOUT_BY_PROVIDER, /* may also end what is being sent */
        PAYOUT_BY_OPERATOR, /* knows what became of an exported or a sent one */
        PAYOUT_BY_BANK,     /* its statement: what comes back has left before */
    } by;
};

/* For db_transact; arg is a struct payout_step. RC_CONFLICT: the state does not allow it. */
enum rc payout_take_step(struct db *db, void *arg);

/* Lock the row and read it. RC_NOT_FOUND: it is of another provider, or there is none. */
MUST_USE enum rc payout_lock(struct db *db, const struct payout_step *s, struct payout *p);

/* Write the state, and what else changed. */
MUST_USE enum rc payout_move(struct db *db, const struct payout *p, enum payout_state state,
                             int64_t now_ms);

/* transit -> payable, and `failed`. */
MUST_USE enum rc payout_fail(struct db *db, struct arena *a, struct payout *p, const char *note,
                             int64_t now_ms);
#endif
