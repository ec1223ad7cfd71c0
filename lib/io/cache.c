#include "io/cache.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include <libmemcached/memcached.h>
#include <sodium.h>

enum { KEY_HASH_BYTES = 16, WIRE_KEY_BYTES = sizeof("v1:") - 1 + 2UL * KEY_HASH_BYTES };

static memcached_st *server; /* NULL until the first call and after a failure */
static int64_t rest_until_ms;

static memcached_st *connect_to(const struct conf *c)
{
    static const struct {
        memcached_behavior_t what;
        uint64_t value;
    } behaviors[] = {
        { MEMCACHED_BEHAVIOR_NO_BLOCK, 1 },
        { MEMCACHED_BEHAVIOR_TCP_NODELAY, 1 },
        { MEMCACHED_BEHAVIOR_CONNECT_TIMEOUT, CACHE_TIMEOUT_MS },
        { MEMCACHED_BEHAVIOR_POLL_TIMEOUT, CACHE_TIMEOUT_MS },
        { MEMCACHED_BEHAVIOR_SND_TIMEOUT, CACHE_TIMEOUT_MS * UINT64_C(1000) },
        { MEMCACHED_BEHAVIOR_RCV_TIMEOUT, CACHE_TIMEOUT_MS * UINT64_C(1000) },
        { MEMCACHED_BEHAVIOR_SERVER_FAILURE_LIMIT, 1 },
        { MEMCACHED_BEHAVIOR_RETRY_TIMEOUT, CACHE_REST_MS / 1000 },
        { MEMCACHED_BEHAVIOR_VERIFY_KEY, 1 },
    };
    memcached_st *m = memcached_create(NULL);

    if (m == NULL)
        return NULL;
    for (size_t i = 0; i < COUNT(behaviors); i++)
        memcached_behavior_set(m, behaviors[i].what, behaviors[i].value);
    memcached_return_t rc = c->cache_socket[0]
                                ? memcached_server_add_unix_socket(m, c->cache_socket)
                                : memcached_server_add(m, "127.0.0.1", (in_port_t)c->cache_port);
    if (memcached_success(rc))
        return m;
    memcached_free(m);
    return NULL;
}

/* The connection, or NULL: no cache is configured, or the server is being left alone. */
static memcached_st *connection(void)
{
    if (conf()->cache == CACHE_NONE || clock_monotonic_ms() < rest_until_ms)
        return NULL;
    if (server == NULL)
        server = connect_to(conf());
    return server;
}

/* Whether the server answered at all. If not, drop the connection, so that a late answer cannot be
 * taken for the answer to the next question, and leave the server alone for a while. */
static bool answered(memcached_return_t rc)
{
    switch ((int)rc) {
    case MEMCACHED_SUCCESS:
    case MEMCACHED_STORED:
    case MEMCACHED_DELETED:
    case MEMCACHED_NOTFOUND:
    case MEMCACHED_NOTSTORED:
    case MEMCACHED_E2BIG:
    case MEMCACHED_SERVER_MEMORY_ALLOCATION_FAILURE: return true;
    default: break;
    }
    log_error("cache: %s", memcached_strerror(server, rc));
    memcached_free(server);
    server = NULL;
    rest_until_ms = clock_monotonic_ms() + CACHE_REST_MS;
    return false;
}

static void wire_key(char out[WIRE_KEY_BYTES + 1], const char *kind, const char *key)
{
    const char *const parts[] = { conf()->base_url, kind, key };
    unsigned char hash[KEY_HASH_BYTES];
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, sizeof(hash));
    for (size_t i = 0; i < COUNT(parts); i++) /* the 0 at the end keeps the parts apart */
        crypto_generichash_update(&state, (const unsigned char *)parts[i], strlen(parts[i]) + 1);
    crypto_generichash_final(&state, hash, sizeof(hash));
    memcpy(out, "v1:", sizeof("v1:"));
    sodium_bin2hex(out + 3, 2 * sizeof(hash) + 1, hash, sizeof(hash));
}

static time_t ttl(int64_t seconds)
{
    assert(seconds > 0 && seconds <= CACHE_TTL_MAX_S);
    return (time_t)seconds;
}

bool cache_get(struct arena *a, const char *kind, const char *key, char **data, size_t *n)
{
    memcached_st *m = connection();
    char wire[WIRE_KEY_BYTES + 1];
    memcached_return_t rc;
    uint32_t flags;

    if (m == NULL)
        return false;
    wire_key(wire, kind, key);
    char *value = memcached_get(m, wire, WIRE_KEY_BYTES, n, &flags, &rc);
    bool hit = answered(rc) && rc == MEMCACHED_SUCCESS;
    if (hit)
        *data = arena_strn(a, value, *n);
    free(value);
    return hit;
}

void cache_set(const char *kind, const char *key, const void *data, size_t n, int64_t ttl_s)
{
    memcached_st *m = connection();
    char wire[WIRE_KEY_BYTES + 1];

    if (m == NULL)
        return;
    if (n > CACHE_VALUE_MAX_BYTES) {
        cache_drop(kind, key); /* an older value must not live on */
        return;
    }
    wire_key(wire, kind, key);
    answered(memcached_set(m, wire, WIRE_KEY_BYTES, data, n, ttl(ttl_s), 0));
}

void cache_drop(const char *kind, const char *key)
{
    memcached_st *m = connection();
    char wire[WIRE_KEY_BYTES + 1];

    if (m == NULL)
        return;
    wire_key(wire, kind, key);
    answered(memcached_delete(m, wire, WIRE_KEY_BYTES, 0));
}

bool cache_answers(void)
{
    memcached_st *m = connection();
    char wire[WIRE_KEY_BYTES + 1];

    if (m == NULL)
        return false;
    wire_key(wire, "health", "");
    return answered(memcached_set(m, wire, WIRE_KEY_BYTES, "ok", 2, ttl(CACHE_REST_MS / 1000), 0));
}
