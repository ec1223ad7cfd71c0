/*
 * digest: checksums of data that comes in pieces (OpenSSL), under the names that tus gives them.
 * For what a sender says about its own bytes; what we sign or hide is in io/secret.h.
 */
#ifndef IO_DIGEST_H
#define IO_DIGEST_H
#include "base/arena.h"

#define DIGEST_NAMES "sha1,sha256"

/* A new one, which goes with the arena; NULL for a name that is not in DIGEST_NAMES. */
struct digest *digest_new(struct arena *a, const char *name);

void digest_add(struct digest *d, const void *bytes, size_t n);

/* Ends it: is this the digest of all that was added? */
bool digest_is(struct digest *d, const void *expected, size_t n);
#endif
