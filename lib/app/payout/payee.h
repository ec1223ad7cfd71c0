/*
 * payee: where a creator wants to be paid, and whether they may be paid now.
 *
 * IBAN       checked (base/iban.h) and stored sealed with key `payee` (libsodium secretbox); only
 *            the export of a payout run writes it out. Pages show the last four characters.
 * Country    a site that pays by SEPA transfers (provider manual, euros) takes accounts of SEPA's countries
 *            only (sepa.h). Accounts of others that were given before are not paid to until changed.
 * Name       must be one that a bank can read (sepa.h), in whatever letters it was typed.
 *            It is sealed together with the creator's id, so that a row's account cannot be put
 *            into another row.
 * Fingerprint  HMAC of the IBAN: members with the same account count as one person and do not earn
 *            from each other.
 * Stolen logins  the handler asks for the password before payee_set; nothing is paid to an account for
 *            PAYEE_WAIT_DAYS after it was given, and its owner is told for PAYEE_TOLD_DAYS and can stop all
 *            payouts (payee_stop).
 * Tables     payee, payee_change, payout_hold.
 */
#ifndef PAYOUT_PAYEE_H
#define PAYOUT_PAYEE_H
#include "io/db.h"

enum {
    VAT_ID_MAX_BYTES = 20,
    PAYEE_WAIT_DAYS = 7,
    PAYEE_TOLD_DAYS = 30,
    PAYEE_CHANGES_SHOWN = 5,
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

/* RC_NOT_FOUND: the member has given no account yet. */
MUST_USE enum rc payee_get(struct db *db, struct arena *a, int64_t user_id, struct payee *out);

/* The time from which an account given at account_ms may be paid to. */
int64_t payee_ready_ms(int64_t account_ms);

/* Store the account that the creator typed. RC_INVALID: why->field is holder, iban or vat_id. An
 * empty iban keeps the stored one. Another account than before is noted as a payee_change. Needs
 * DB_MONEY. */
struct payee_form {
    const char *holder, *iban, *vat_id;
    const char *network; /* from which it was sent */
};
MUST_USE enum rc payee_set(struct db *db, struct arena *a, int64_t user_id,
                           const struct payee_form *typed, int64_t now_ms, struct problem *why);

/* Changes of the account within PAYEE_TOLD_DAYS, newest first. */
struct payee_change {
    int64_t id, at_ms;
    const char *network, *old_end, *new_end; /* old_end: "" if there was no account before */
};
struct payee_change_list {
    struct payee_change *items;
    size_t n;
};
MUST_USE enum rc payee_changes(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                               struct payee_change_list *out);

/* "This was not me": a freeze, which an operator lifts once the account is the right one. RC_CONFLICT: there
 * was no change lately. RC_OK, too, if payouts are on hold already. */
MUST_USE enum rc payee_stop(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                            struct problem *why);

/* The account's IBAN as it is stored. RC_NOT_FOUND: there is none. Needs DB_MONEY. */
MUST_USE enum rc payee_sealed(struct db *db, struct arena *a, int64_t user_id, const char **sealed);

/* Why this site cannot pay to an account, as a sentence to the creator; "" if it can. */
MUST_USE enum rc payee_obstacle(struct arena *a, int64_t user_id, const char *holder,
                                const char *iban_sealed, const char **obstacle);

/* Ask to be paid once below the threshold, for creators who leave. RC_NOT_FOUND: there is no
 * account yet. */
MUST_USE enum rc payee_ask_rest(struct db *db, int64_t user_id, int64_t now_ms);

/* That payout was made: the threshold applies again. */
MUST_USE enum rc payee_rest_paid(struct db *db, int64_t user_id);

/* A payout came back: nothing more is paid until the creator has checked the account. */
MUST_USE enum rc payee_doubt(struct db *db, int64_t user_id, int64_t now_ms);

/* The whole IBAN, for the export of a run: the current one, or one stored sealed in a payout. */
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

/* The open hold of a creator (RC_NOT_FOUND: none); all open holds. */
MUST_USE enum rc hold_get(struct db *db, struct arena *a, int64_t user_id, struct payout_hold *out);
MUST_USE enum rc hold_list(struct db *db, struct arena *a, struct payout_hold_list *out);
/* Put a creator on hold. RC_CONFLICT: they are already; RC_INVALID: `reason` is empty or too
 * long. */
MUST_USE enum rc hold_set(struct db *db, int64_t user_id, enum hold_kind kind, const char *reason,
                          int64_t by_user, int64_t now_ms);
/* Was there a review, lifted or not, that began at since_ms or later? */
MUST_USE enum rc hold_was_reviewed(struct db *db, struct arena *a, int64_t user_id,
                                   int64_t since_ms, bool *was);
/* Lift the open hold. RC_NOT_FOUND: there is none. */
MUST_USE enum rc hold_lift(struct db *db, int64_t user_id, int64_t by_user, int64_t now_ms);
/* Store the creator's appeal, once. RC_INVALID: it is empty or too long (why->field is `appeal`);
 * RC_CONFLICT: there is no open hold, or it has been appealed already. */
MUST_USE enum rc hold_appeal(struct db *db, struct arena *a, int64_t user_id, const char *text,
                             int64_t now_ms, struct problem *why);
#endif
