#include "base/arena.h"
#include <stdarg.h>

enum { CHUNK_BYTES = 32 * 1024, ALIGN_BYTES = 16 };

struct chunk {
    struct chunk *next;
    size_t used, cap;
    _Alignas(max_align_t) unsigned char mem[];
};

struct defer {
    struct defer *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct chunk *head;
    struct defer *defers;
    size_t used, max;
};

static void die(const char *what, size_t bytes)
{
    fprintf(stderr, "lvl=fatal mod=arena msg=\"%s\" bytes=%zu\n", what, bytes);
    abort();
}

static struct chunk *chunk_new(size_t cap, struct chunk *next)
{
    struct chunk *c = malloc(sizeof(*c) + cap);

    if (c == NULL)
        die("out of memory", cap);
    *c = (struct chunk){ .next = next, .cap = cap };
    return c;
}

struct arena *arena_new(size_t max_bytes)
{
    struct arena *a = calloc(1, sizeof(*a));

    if (a == NULL)
        die("out of memory", sizeof(*a));
    a->max = max_bytes;
    a->head = chunk_new(CHUNK_BYTES, NULL);
    return a;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
    if (bytes > a->max || a->used > a->max - bytes)
        die("arena limit", bytes);
    size_t n = (bytes + ALIGN_BYTES - 1) & ~(size_t)(ALIGN_BYTES - 1);
    a->used += n;
#ifdef ARENA_MALLOC
    a->head = chunk_new(bytes, a->head);
    n = bytes;
#else
    if (a->head->cap - a->head->used < n)
        a->head = chunk_new(MAX_OF(n, (size_t)CHUNK_BYTES), a->head);
#endif
    void *p = a->head->mem + a->head->used;
    a->head->used += n;
    return memset(p, 0, bytes);
}

void *arena_alloc_n(struct arena *a, size_t n, size_t bytes_each)
{
    size_t bytes;

    if (__builtin_mul_overflow(n, bytes_each, &bytes))
        die("arena overflow", n);
    return arena_alloc(a, bytes);
}

char *arena_strn(struct arena *a, const char *s, size_t n)
{
    char *p = arena_alloc(a, n + 1);

    if (n)
        memcpy(p, s, n);
    return p;
}

char *arena_str(struct arena *a, const char *s) { return arena_strn(a, s, strlen(s)); }

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    assert(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return p;
}

void arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
    struct defer *d = arena_alloc(a, sizeof(*d));

    *d = (struct defer){ a->defers, fn, arg };
    a->defers = d;
}

void arena_reset(struct arena *a)
{
    for (struct defer *d = a->defers; d; d = d->next)
        d->fn(d->arg);
    a->defers = NULL;
    while (a->head->next) {
        struct chunk *c = a->head;
        a->head = c->next;
        free(c);
    }
    a->head->used = 0;
    a->used = 0;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    arena_reset(a);
    free(a->head);
    free(a);
}

size_t arena_used(const struct arena *a) { return a->used; }
