/*
 * arena: memory that lives as long as one request, or one item of a job, and is freed all at once.
 *
 * Allocation never returns NULL: beyond the arena's cap, or when no memory is left, the process
 * ends with a line on stderr, and the server starts another. Sizes that a client can choose are
 * therefore checked before they come here. All memory is zeroed and aligned for any type. Sanitizer
 * builds (-DARENA_MALLOC) give each object its own malloc, so that red zones work.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/base.h"

struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_reset(struct arena *a); /* runs the deferred calls, newest first; keeps one chunk */
void arena_free(struct arena *a);  /* accepts NULL */

void *arena_alloc(struct arena *a, size_t bytes);
#define arena_array(a, type, n) ((type *)arena_alloc_n((a), (n), sizeof(type)))
void *arena_alloc_n(struct arena *a, size_t n,
                    size_t bytes_each); /* ends the process on overflow */

char *arena_str(struct arena *a, const char *s);            /* a copy of s */
char *arena_strn(struct arena *a, const char *s, size_t n); /* n bytes of s and a 0 */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

/* Call fn(arg) at the next reset: for things other than memory (a file, a json-c tree). */
void arena_defer(struct arena *a, void (*fn)(void *), void *arg);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);
#endif
