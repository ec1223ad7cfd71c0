/*
 * cache: memcached, which may be away, empty or hung at any time (libmemcached).
 *
 * Nothing here is an error to a caller: without a server a get misses, a set and a drop do
 * nothing. A drop can therefore be lost: cache only what may be as old as its
 * ttl_s, and ask the database when it matters.
 *
 * Time      a server that does not answer costs a process CACHE_TIMEOUT_MS once; then it is left
 *           alone for CACHE_REST_MS.
 * Keys      `kind` says what is kept, e.g. "entitlement", `key` whose; on the wire they are "v1:"
 *           and 32 hex characters of their hash with base_url, so nothing a client sends reaches
 *           the protocol and two sites on one server do not meet.
 * Limits    CACHE_VALUE_MAX_BYTES (a larger value is not kept), CACHE_TTL_MAX_S (what memcached
 *           takes as a duration; beyond it a number is a date).
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

/* Whether there is one; then *data, in the arena and 0-terminated beyond *n. */
bool cache_get(struct arena *a, const char *kind, const char *key, char **data, size_t *n);

void cache_set(const char *kind, const char *key, const void *data, size_t n, int64_t ttl_s);

void cache_drop(const char *kind, const char *key);

/* Whether the server stores and gives back a value now; for health checks. */
bool cache_answers(void);
#endif
