#include "app/site/throttle.h"
#include "base/clock.h"
#include "io/cache.h"
#include "io/secret.h"

enum { SCOPE_MAX_BYTES = 20, KEY_HASH_CHARS = 32 };

STMT(q_tries, &number_shape,
     "SELECT n FROM throttle WHERE scope = ? AND key_hash = ? AND window_ms = ?");
/* LAST_INSERT_ID(x) is x, and returns the new number with the answer to the same statement. */
STMT(q_count, NULL,
     "INSERT INTO throttle (scope, key_hash, window_ms, expires_ms, n)"
     " VALUES (?, ?, ?, ?, LAST_INSERT_ID(1))"
     " ON DUPLICATE KEY UPDATE n = LAST_INSERT_ID(n + 1)");
STMT(q_sweep, NULL, "DELETE FROM throttle WHERE expires_ms <= ?");

/* One window of one key. */
struct window {
    const char *scope, *key_hash;
    int64_t starts_ms, ends_ms;
    const char *cache_key;
};

static struct window window_of(struct arena *a, const struct limit *limit, const char *key,
                               int64_t now_ms)
{
    assert(strlen(limit->scope) <= SCOPE_MAX_BYTES);
    assert(limit->window_ms >= MINUTE_MS && limit->window_ms <= DAY_MS && limit->max > 0);
    struct window w = {
        .scope = limit->scope,
        .key_hash = arena_strn(a, sha256_hex(a, key, strlen(key)), KEY_HASH_CHARS),
        .starts_ms = now_ms - now_ms % limit->window_ms,
    };
    w.ends_ms = w.starts_ms + limit->window_ms;
    w.cache_key = arena_printf(a, "%s/%s/%" PRId64, w.scope, w.key_hash, w.starts_ms);
    return w;
}

/* "in 12 minutes", rounded up, so that waiting that long is enough. */
static const char *wait_text(struct arena *a, int64_t wait_ms)
{
    int64_t minutes = (wait_ms + MINUTE_MS - 1) / MINUTE_MS,
            hours = (wait_ms + HOUR_MS - 1) / HOUR_MS;

    if (minutes <= 1)
        return "in a minute";
    if (minutes <= 90)
        return arena_printf(a, "in %" PRId64 " minutes", minutes);
    return arena_printf(a, "in %" PRId64 " hours", hours);
}

static enum rc too_many(struct arena *a, const struct window *w, int64_t now_ms,
                        struct problem *why)
{
    return refuse(
        why, RC_LIMITED, NULL,
        arena_printf(a, "Too many attempts. Try again %s.", wait_text(a, w->ends_ms - now_ms)));
}

static bool is_known_refusal(struct arena *a, const struct window *w)
{
    char *data;
    size_t n;

    return cache_get(a, "throttle", w->cache_key, &data, &n);
}

static void remember_refusal(const struct window *w, int64_t now_ms)
{
    cache_set("throttle", w->cache_key, "1", 1, (w->ends_ms - now_ms) / SECOND_MS + 1);
}

enum rc throttle_check(struct db *db, struct arena *a, const struct limit *limit, const char *key,
                       int64_t now_ms, struct problem *why)
{
    struct window w = window_of(a, limit, key, now_ms);
    int64_t tries;

    if (is_known_refusal(a, &w))
        return too_many(a, &w, now_ms, why);
    enum rc rc = db_number(db, a, &q_tries, ARGS(STR(w.scope), STR(w.key_hash), I64(w.starts_ms)),
                           &tries);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc != RC_OK || tries < limit->max)
        return rc;
    remember_refusal(&w, now_ms);
    return too_many(a, &w, now_ms, why);
}

enum rc throttle_count(struct db *db, struct arena *a, const struct limit *limit, const char *key,
                       int64_t now_ms, struct problem *why)
{
    struct window w = window_of(a, limit, key, now_ms);
    int64_t n;

    if (is_known_refusal(a, &w))
        return too_many(a, &w, now_ms, why);
    TRY(db_insert(db, &q_count,
                  ARGS(STR(w.scope), STR(w.key_hash), I64(w.starts_ms), I64(w.ends_ms)), &n));
    if (n <= limit->max)
        return RC_OK;
    remember_refusal(&w, now_ms);
    return too_many(a, &w, now_ms, why);
}

enum rc throttle_sweep(struct db *db, int64_t now_ms, int64_t *dropped)
{
    return db_run(db, &q_sweep, ARGS(I64(now_ms)), dropped);
}
