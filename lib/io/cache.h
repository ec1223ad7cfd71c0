/*
 * cache: memcached (through libmemcached), which may be away, empty or hung at any time.
 *
 * No failure here is an error to the caller: without a server a get misses, and a set and a drop do
 * nothing. A drop can therefore be lost: cache only values that may be as old as their
 * ttl_s, and ask the database when it matters.
 *
 * Time      a server that does not answer costs a process CACHE_TIMEOUT_MS once; then it is left
 *           alone for CACHE_REST_MS.
 * Keys      `kind` says what the value is, e.g. "entitlement", `key` whose it is; sent are "v1:"
 * and
 *           32 hex characters of the hash of both with base_url, so that nothing a client sends
 *           reaches the protocol, and two sites on one server do not meet.
 * Limits    CACHE_VALUE_MAX_BYTES (a larger value is not stored), CACHE_TTL_MAX_S (the longest time
 *           that memcached takes as a duration; it takes a larger number as a date).
 */
#ifndef IO_CACHE_H
#define IO_CACHE_H
#include "base/arena.h"

enum {
    CACHE_TIMEOUT_MS = 50,
    CACHE_REST_MS = 5000,
    CACHE_VALUE_MAX_BYTES = 1000000,
    CACHE_TTL_MAX_S = 30 * 24 * 60 * 60
};

/* Whether there is a value; if so, *data is in the arena, with a 0 after its *n bytes. */
bool cache_get(struct arena *a, const char *kind, const char *key, char **data, size_t *n);

void cache_set(const char *kind, const char *key, const void *data, size_t n, int64_t ttl_s);

void cache_drop(const char *kind, const char *key);

/* Whether the server stores a value and returns it now; for health checks. */
bool cache_answers(void);
#endif
