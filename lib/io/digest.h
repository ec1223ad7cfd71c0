/*
 * digest: checksums of data that arrives in pieces (OpenSSL), under the names that tus uses for
 * them. For senders' statements about their own bytes; what we sign or hide ourselves is in
 * io/secret.h.
 */
#ifndef IO_DIGEST_H
#define IO_DIGEST_H
#include "base/arena.h"

#define DIGEST_NAMES "sha1,sha256"

/* A new digest, freed with the arena; NULL for a name that is not in DIGEST_NAMES. */
struct digest *digest_new(struct arena *a, const char *name);

void digest_add(struct digest *d, const void *bytes, size_t n);

/* Ends the digest: does it equal the expected one? */
bool digest_is(struct digest *d, const void *expected, size_t n);
#endif
