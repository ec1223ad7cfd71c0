/*
 * strength: which new passwords are accepted (libzxcvbn, and a list of the commonest).
 *
 * A password needs PASSWORD_MIN_CHARS characters and nothing else by number: no capitals, digits or signs
 * are asked for. It is refused when it stands among the million commonest that were ever found, in
 * capitals or not, and when it can be guessed with fewer than 2^PASSWORD_MIN_BITS tries: because it is
 * made of words, names, dates, rows of keys, and what others know of its owner and of this site.
 * Each refusal says what to do.
 */
#ifndef IO_STRENGTH_H
#define IO_STRENGTH_H
#include "base/arena.h"

enum {
    PASSWORD_MIN_CHARS = 10,
    PASSWORD_MAX_BYTES = 1024,
    PASSWORD_MIN_BITS = 27, /* "safely unguessable" on zxcvbn's scale: more than 10^8 guesses */
    COMMON_HASH_BYTES = 5,
};

/* What others know of whoever chooses a password. NULL: not known. */
struct password_owner {
    const char *email, *handle, *name;
};

/* RC_INVALID, with why->field = "password". `typed` is compared as precis_opaque() makes it. */
MUST_USE enum rc password_acceptable(struct arena *a, const char *typed,
                                     const struct password_owner *owner, struct problem *why);

/* Made by lib/tools/common_passwords.mjs: sorted, COMMON_HASH_BYTES each. */
extern const char common_passwords[];
extern const size_t common_passwords_n;
#endif
