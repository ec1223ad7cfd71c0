/*
 * payee: where a creator wants to be paid, and whether they may be paid now.
 *
 * IBAN       checked (base/iban.h) and stored sealed with key `payee` (libsodium secretbox); only the
 *            export of a payout run opens it. Pages show the last four characters.
 *            It is sealed together with the creator's id, so that a row's account cannot be put into
 *            another row.
 * Fingerprint  HMAC of the IBAN: equal accounts are one person; they do not earn from each other.
 * Stolen logins  nothing is paid to an account for PAYEE_WAIT_DAYS after it was given.
 * Tables     payee, payout_hold.
 */
#ifndef PAYOUT_PAYEE_H
#define PAYOUT_PAYEE_H
#include "io/db.h"

enum {
    VAT_ID_MAX_BYTES = 20,
    PAYEE_WAIT_DAYS = 7,
    HOLDER_MAX_BYTES = 70,
    APPEAL_MAX_BYTES = 2000,
    HOLD_REASON_MAX_BYTES = 500
};

enum payee_state { PAYEE_NONE, PAYEE_ACTIVE, PAYEE_INCOMPLETE };
WORDS_OF(payee_state);

struct payee {
    int64_t user_id, pay_below, created_ms, updated_ms, account_ms;
    enum payee_state state;
    const char *provider, *holder, *iban_end, *vat_id;
};

/* RC_NOT_FOUND: none yet. */
MUST_USE enum rc payee_get(struct db *db, struct arena *a, int64_t user_id, struct payee *out);

/* When an account given at account_ms may be paid to. */
int64_t payee_ready_ms(int64_t account_ms);

/* What the creator typed. RC_INVALID names the field: holder, iban, vat_id. An empty iban keeps the
 * stored one. Needs DB_MONEY. */
struct payee_form {
    const char *holder, *iban, *vat_id;
};
MUST_USE enum rc payee_set(struct db *db, struct arena *a, int64_t user_id,
                           const struct payee_form *typed, int64_t now_ms, struct problem *why);

/* Whoever leaves may be paid once below the threshold. RC_NOT_FOUND: there is no account yet. */
MUST_USE enum rc payee_ask_rest(struct db *db, int64_t user_id, int64_t now_ms);

MUST_USE enum rc payee_rest_paid(struct db *db, int64_t user_id);

/* An account came back: nothing more is paid until the creator has looked at it. */
MUST_USE enum rc payee_doubt(struct db *db, int64_t user_id, int64_t now_ms);

/* The IBAN itself, for the export of a run: the present one, or one kept sealed elsewhere. */
MUST_USE enum rc payee_iban(struct db *db, struct arena *a, int64_t user_id, const char **iban);
MUST_USE enum rc payee_unseal(struct arena *a, int64_t user_id, const char *sealed,
                              const char **iban);

enum hold_kind {
    HOLD_NONE,
    HOLD_FREEZE, /* by an operator */
    HOLD_REVIEW  /* by a rule */
};
WORDS_OF(hold_kind);

struct payout_hold {
    int64_t id, user_id, by_user, created_ms, appeal_ms, lifted_ms;
    enum hold_kind kind;
    const char *reason, *appeal, *handle;
};
struct payout_hold_list {
    struct payout_hold *items;
    size_t n;
};

/* The open hold of a creator (RC_NOT_FOUND: none), all open ones. */
MUST_USE enum rc hold_get(struct db *db, struct arena *a, int64_t user_id, struct payout_hold *out);
MUST_USE enum rc hold_list(struct db *db, struct arena *a, struct payout_hold_list *out);
/* RC_CONFLICT: there is one already; RC_INVALID: the reason is empty or too long. */
MUST_USE enum rc hold_set(struct db *db, int64_t user_id, enum hold_kind kind, const char *reason,
                          int64_t by_user, int64_t now_ms);
/* Was there a review, lifted or not, that began at since_ms or later? */
MUST_USE enum rc hold_was_reviewed(struct db *db, struct arena *a, int64_t user_id,
                                   int64_t since_ms, bool *was);
/* RC_NOT_FOUND: there is none. */
MUST_USE enum rc hold_lift(struct db *db, int64_t user_id, int64_t by_user, int64_t now_ms);
/* What the creator says to it, once. RC_INVALID: `appeal` is empty or too long; RC_CONFLICT: there is
 * no hold, or it was said already. */
MUST_USE enum rc hold_appeal(struct db *db, struct arena *a, int64_t user_id, const char *text,
                             int64_t now_ms, struct problem *why);
#endif
