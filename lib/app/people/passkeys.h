/*
 * passkeys: passkeys of members (WebAuthn): added, named, removed, and used: to log in without a password, as
 * the second step after one, or as a fresh proof.
 *
 * Challenge  a signed text that says for what and until when (CHALLENGE_MINUTES); nothing is stored until it
 *            is answered, and then it is used up, whatever came of it. One for a new passkey names the member.
 * Counter    a passkey that counts its signatures has to count up. One that does not was copied: it is
 *            refused, which is logged, and the member is told.
 * Told       as in factor.h.
 * Errors     RC_INVALID and RC_CONFLICT with text; RC_NOT_FOUND: none with this id; RC_LIMITED.
 * Tables     passkey, challenge_used; user.has_factor by factor.h.
 */
#ifndef PEOPLE_PASSKEYS_H
#define PEOPLE_PASSKEYS_H
#include "app/people/factor.h"
#include "io/passkey.h"

enum { PASSKEYS_MAX = 20, PASSKEY_NAME_MAX_CHARS = 60, CHALLENGE_MINUTES = 5 };

struct passkey {
    int64_t id, made_ms, used_ms; /* used_ms 0: never */
    const char *name, *credential;
};
struct passkey_list {
    struct passkey *items;
    size_t n;
};

/* Of a new passkey for this member, or (0) of a log-in. */
const char *passkeys_challenge(struct arena *a, int64_t user_id, int64_t now_ms);

/* What a device is to call the member: tells nobody who it is, and is the same for all their passkeys. */
const char *passkeys_handle(struct arena *a, int64_t user_id);

MUST_USE enum rc passkeys_list(struct db *db, struct arena *a, int64_t user_id,
                               struct passkey_list *out);
MUST_USE enum rc passkeys_add(const struct factor_change *c, const struct passkey_answer *answer,
                              const char *name, struct recovery_codes *out);
MUST_USE enum rc passkeys_rename(const struct factor_change *c, int64_t id, const char *name);
MUST_USE enum rc passkeys_remove(const struct factor_change *c, int64_t id);

/* The member whose passkey has answered. `owner` (0: anybody) is who it has to be. `alone`: nothing else
 * proves who it is, so the device must have verified its user. *user_id is set also when a known passkey
 * is refused. */
struct passkey_use {
    struct passkey_answer answer;
    const char *user_handle; /* as sent, "" if it was not */
    int64_t owner;
    bool alone;
    const char *network;
};
MUST_USE enum rc passkeys_use(struct db *db, struct arena *a, const struct passkey_use *use,
                              int64_t now_ms, int64_t *user_id, struct problem *why);

/* Delete challenges that have expired; for jobs/sweep. */
MUST_USE enum rc passkeys_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
