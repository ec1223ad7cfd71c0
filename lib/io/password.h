/*
 * password: Argon2id with the memory and passes of the config (libsodium). Hashes are in libsodium's
 * own text form, "$argon2id$...". They are made of the password as precis_opaque() has it; hashes from
 * before that was so, of what was typed, are known as well. io/strength.h says which are accepted.
 *
 * Hashing is expensive on purpose, so at most PASSWORD_SLOTS processes of this machine do it at
 * once, and only one of those that compare for the same `whom`: whoever sends many log-ins waits for
 * himself, and the others have a slot. A process that gets no slot within PASSWORD_WAIT_MS, or not its
 * turn within PASSWORD_TURN_MS, gets RC_BUSY. Check the cheap rate limits first.
 */
#ifndef IO_PASSWORD_H
#define IO_PASSWORD_H
#include "io/strength.h"

enum {
    PASSWORD_HASH_MAX_BYTES = 128, /* with the 0 at its end */
    PASSWORD_SLOTS = 2,
    PASSWORD_TURNS = 64, /* of which `whom` chooses one */
    PASSWORD_WAIT_MS = 400,
    PASSWORD_TURN_MS = 150
};

/* *hash is the text to store. RC_BUSY: no slot or no memory. */
MUST_USE enum rc password_hash(struct arena *a, const char *password, char **hash);

/* Compare the typed password with the stored hash. A hash of NULL, for an account that does not
 * exist, takes the same time and is never right. *rehash: the password is right, but the hash was
 * made with other settings than today's, or of another form of the password; store a new hash.
 * RC_BUSY: no turn, no slot or no memory, nothing was compared. RC_FAIL: not one of our hashes. */
MUST_USE enum rc password_check(struct arena *a, const char *whom, const char *stored,
                                const char *typed, bool *right, bool *rehash);
#endif
