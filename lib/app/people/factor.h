/*
 * factor: what a member shows at a log-in besides the password: a code of an authenticator app, a passkey
 * (passkey.h) or a recovery code. Who has an app or a passkey cannot log in with the password alone.
 *
 * App        RFC 6238 (io/totp.h). The secret is sealed at rest. Each code is good for one time, and so are
 *            no earlier ones from then on. A secret counts from when a first code of it was right; until
 *            then it is only in the offer, which the page carries.
 * Recovery   RECOVERY_CODES of them come with the first app or passkey and go with the last. They are shown
 *            once; the table holds their HMAC. Each is good for one time.
 * Half       a log-in whose password was right, and no more: a signed text that says whose, good for
 *            HALF_MINUTES and until the password changes. It is no session, and nothing else takes it.
 * Guessing   tries are counted per account before they are looked at: FACTOR_TRIES in 15 minutes,
 *            FACTOR_TRIES_A_DAY. Nobody gets so far without the password.
 * Told       each change is told by mail and on the page (notify.h), in its transaction.
 * Errors     RC_INVALID with field and text; RC_LIMITED; RC_CONFLICT: there is none, or there is one
 *            already; RC_GONE: the offer or the half log-in has expired; RC_BUSY.
 * Tables     totp, recovery_code; user.has_factor.
 */
#ifndef PEOPLE_FACTOR_H
#define PEOPLE_FACTOR_H
#include "app/site/journal.h"

enum {
    RECOVERY_CODES = 10,
    RECOVERY_CODE_CHARS = 10,
    HALF_MINUTES = 10,
    OFFER_MINUTES = 60,
    FACTOR_TRIES = 10,
    FACTOR_TRIES_A_DAY = 50,
};

struct factors {
    int64_t app_ms;                        /* since when there is an app; 0: there is none */
    int64_t passkeys, codes, codes_unused; /* recovery codes */
};
MUST_USE enum rc factor_get(struct db *db, struct arena *a, int64_t user_id, struct factors *out);
static inline bool factor_any(const struct factors *f) { return f->app_ms || f->passkeys; }

/* A change that a member makes. */
struct factor_change {
    struct db *db;
    struct arena *a;
    int64_t user_id, now_ms;
    const char *place; /* where from, for the notice */
    struct problem *why;
};

/* Codes that are shown once; n is 0 when none were made. */
struct recovery_codes {
    const char **items;
    size_t n;
};

/* An offer of a new secret, to be sent back with a code of it; what is in an offer. */
const char *factor_offer(struct arena *a, int64_t user_id, int64_t now_ms);
MUST_USE enum rc factor_offered(struct arena *a, int64_t user_id, const char *offer, int64_t now_ms,
                                const char **secret);
MUST_USE enum rc factor_add_app(const struct factor_change *c, const char *offer, const char *code,
                                struct recovery_codes *out);
MUST_USE enum rc factor_remove_app(const struct factor_change *c);

/* New recovery codes in place of all earlier ones. */
MUST_USE enum rc factor_renew_codes(const struct factor_change *c, struct recovery_codes *out);

/* The second step of a log-in. `code` is one of the app or a recovery code, however it is written. */
MUST_USE enum rc factor_half(struct db *db, struct arena *a, int64_t user_id, int64_t now_ms,
                             const char **half);
MUST_USE enum rc factor_half_of(struct db *db, struct arena *a, const char *half, int64_t now_ms,
                                int64_t *user_id, struct factors *f);
MUST_USE enum rc factor_check(const struct factor_change *c, const char *code);

/* For operators, when a member has lost all of it: app, passkeys and recovery codes go, and all logins end.
 * With journal and notice. RC_CONFLICT: there is nothing. */
MUST_USE enum rc factor_reset(struct db *db, struct arena *a, int64_t user_id, struct actor by,
                              const char *reason, int64_t now_ms);

/* For passkey.h, in its transaction: an app or a passkey has come (recovery codes are made if there are
 * none) or gone (they go with the last), which is told in the sentence `what`. */
MUST_USE enum rc factor_came(struct db *db, const struct factor_change *c, const char *what,
                             struct recovery_codes *out);
MUST_USE enum rc factor_went(struct db *db, const struct factor_change *c, const char *what);
#endif
