/*
 * password: which passwords are accepted, and Argon2id with the memory and passes of the config
 * (libsodium). Hashes are in libsodium's own text form, "$argon2id$...".
 *
 * Hashing is expensive on purpose, so at most PASSWORD_SLOTS processes of this machine do it at
 * once; a process that gets no slot within PASSWORD_WAIT_MS gets RC_BUSY. Check the cheap rate
 * limits first.
 */
#ifndef IO_PASSWORD_H
#define IO_PASSWORD_H
#include "base/arena.h"

enum {
    PASSWORD_MIN_CHARS = 10,
    PASSWORD_MAX_BYTES = 1024,
    PASSWORD_HASH_MAX_BYTES = 128, /* with the 0 at its end */
    PASSWORD_SLOTS = 2,
    PASSWORD_WAIT_MS = 400
};

/* RC_INVALID, with why->field = "password", when the password is too short, too long, not UTF-8,
 * made of a few characters, very common, or the member's own e-mail address or the name in it. */
MUST_USE enum rc password_acceptable(const char *password, const char *email, struct problem *why);

/* *hash is the text to store. RC_BUSY: no slot or no memory. */
MUST_USE enum rc password_hash(struct arena *a, const char *password, char **hash);

/* Compare the typed password with the stored hash. A hash of NULL, for an account that does not
 * exist, takes the same time and is never right. *rehash: the password is right, but the hash was
 * made with other settings than today's; store a new hash. RC_BUSY: no slot or no memory, nothing
 * was compared. RC_FAIL: not one of our hashes. */
MUST_USE enum rc password_check(const char *stored, const char *typed, bool *right, bool *rehash);
#endif
