#include "io/pace.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include "io/store.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* A slot is one word, so that no lock is needed: 32 bits of the key's hash (16 more chose the
 * slot), the minute and its count. */
enum { COUNT_BITS = 8, MINUTE_BITS = 24, TRIES = 8 };
#define COUNTS  ((UINT64_C(1) << COUNT_BITS) - 1)
#define MINUTES ((UINT64_C(1) << MINUTE_BITS) - 1)
typedef uint64_t slot;

static_assert(PACE_MAX < 1 << COUNT_BITS, "the count fits");

static slot *table_map(void)
{
    const size_t bytes = PACE_SLOTS * sizeof(slot);
    int fd;

    if (store_dir(STORE_VAR, "run") != RC_OK ||
        store_open(STORE_VAR, "run/pace", O_RDWR | O_CREAT, &fd) != RC_OK)
        return NULL;
    /* With its space, because on a full disk a write to a hole would end the program. */
    void *at = posix_fallocate(fd, 0, (off_t)bytes)
                   ? MAP_FAILED
                   : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return at == MAP_FAILED ? NULL : at;
}

/* The table, opened at the first call; NULL when it cannot be had. */
static slot *table(void)
{
    static slot *slots;
    static bool tried;

    if (!tried && (slots = table_map()) == NULL)
        log_error("run/pace cannot be used: nothing is limited by it");
    tried = true;
    return slots;
}

/* What a slot of this key holds in this minute, without the count. */
static uint64_t mark_of(uint64_t hash, int64_t now_ms)
{
    uint64_t minute = (uint64_t)(now_ms / MINUTE_MS) & MINUTES;
    return (hash >> 32) << (MINUTE_BITS + COUNT_BITS) | minute << COUNT_BITS;
}

/* The slot of this key, else one that is not of this minute, else its first choice. */
static slot *place(slot *slots, uint64_t hash, uint64_t mark)
{
    slot *found = NULL;

    for (uint64_t i = 0; i < TRIES; i++) {
        slot *s = &slots[(hash + i) % PACE_SLOTS];
        uint64_t now = __atomic_load_n(s, __ATOMIC_RELAXED);
        if ((now & ~COUNTS) == mark)
            return s;
        if (found == NULL && ((now ^ mark) >> COUNT_BITS & MINUTES))
            found = s;
    }
    return found ? found : &slots[hash % PACE_SLOTS];
}

enum rc pace_count(struct arena *a, const char *key, int64_t max, int64_t now_ms)
{
    slot *slots = table();

    assert(max > 0 && max <= PACE_MAX);
    if (slots == NULL)
        return RC_OK;
    uint64_t hash = strtoull(arena_strn(a, sha256_hex(a, key, strlen(key)), 16), NULL, 16);
    uint64_t mark = mark_of(hash, now_ms);
    slot *s = place(slots, hash, mark);
    uint64_t was = __atomic_load_n(s, __ATOMIC_RELAXED), next;
    do {
        bool is_ours = (was & ~COUNTS) == mark;
        if (is_ours && (int64_t)(was & COUNTS) >= max)
            return RC_LIMITED;
        next = is_ours ? was + 1 : mark | 1;
    } while (!__atomic_compare_exchange_n(s, &was, next, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return RC_OK;
}
