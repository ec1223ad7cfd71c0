#include "io/password.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "io/precis.h"
#include "io/store.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>
#include <time.h>

enum { POLL_MS = 10, PASSWORD_NICE = 10 };

static_assert(PASSWORD_HASH_MAX_BYTES >= crypto_pwhash_STRBYTES, "libsodium's text form fits");

/* Take one of the locks PREFIX.0 to PREFIX.(n-1). */
static enum rc take_one(const char *prefix, int first, int n, int64_t give_up_ms, int *lock)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
    char name[32];

    for (;;) {
        for (int i = first; i < first + n; i++) {
            snprintf(name, sizeof(name), "%s.%d", prefix, i);
            enum rc rc = lock_take(name, lock);
            if (rc != RC_BUSY)
                return rc;
        }
        if (clock_monotonic_ms() >= give_up_ms)
            return RC_BUSY;
        nanosleep(&pause, NULL);
    }
}

static enum rc take_slot(int *lock)
{
    return take_one("hash", 0, PASSWORD_SLOTS, clock_monotonic_ms() + PASSWORD_WAIT_MS, lock);
}

static enum rc take_turn(const char *whom, int *lock)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];

    crypto_generichash(hash, sizeof(hash), (const unsigned char *)whom, strlen(whom), NULL, 0);
    return take_one("hash.turn", hash[0] % PASSWORD_TURNS, 1,
                    clock_monotonic_ms() + PASSWORD_TURN_MS, lock);
}

/* Hashing gives way to everything else: in a thread of its own, because the priority of a thread can
 * only be lowered. */
struct task {
    enum rc (*work)(void *arg);
    void *arg;
    enum rc rc;
};

static void *run(void *arg)
{
    struct task *t = arg;

    setpriority(PRIO_PROCESS, 0, PASSWORD_NICE); /* of this thread; refused where it is nicer */
    t->rc = t->work(t->arg);
    return NULL;
}

/* RC_BUSY: no slot, or no thread. */
static enum rc in_slot(enum rc (*work)(void *arg), void *arg)
{
    struct task task = { work, arg, RC_BUSY };
    pthread_t thread;
    int slot;

    TRY(take_slot(&slot));
    if (pthread_create(&thread, NULL, run, &task) == 0)
        pthread_join(thread, NULL);
    lock_drop(slot);
    return task.rc;
}

static unsigned long long passes(void) { return (unsigned long long)conf()->password_passes; }
static size_t memory_bytes(void) { return (size_t)conf()->password_memory_kib * 1024; }

static enum rc hash_into(char out[crypto_pwhash_STRBYTES], const char *password)
{
    return crypto_pwhash_str_alg(out, password, strlen(password), passes(), memory_bytes(),
                                 crypto_pwhash_ALG_ARGON2ID13)
               ? RC_BUSY /* the only thing that can fail is getting the memory */
               : RC_OK;
}

struct hashing {
    const char *password;
    char *hash; /* crypto_pwhash_STRBYTES */
};

static enum rc hash(void *arg)
{
    const struct hashing *h = arg;
    return hash_into(h->hash, h->password);
}

enum rc password_hash(struct arena *a, const char *password, char **out)
{
    struct hashing h = { precis_opaque(a, password), arena_alloc(a, crypto_pwhash_STRBYTES) };

    assert(strlen(password) <= PASSWORD_MAX_BYTES);
    if (sodium_init() < 0) /* also picks the fastest Argon2 for this processor */
        return RC_FAIL;
    *out = h.hash;
    return in_slot(hash, &h);
}

struct checking {
    const char *stored, *typed, *normal;
    bool right, rehash;
};

static bool is_password(const struct checking *c, const char *text)
{
    errno = 0;
    return crypto_pwhash_str_verify(c->stored, text, strlen(text)) == 0;
}

/* As long for an account that does not exist as for one that does. */
static enum rc check(void *arg)
{
    struct checking *c = arg;
    char unused[crypto_pwhash_STRBYTES];
    bool two_forms = strcmp(c->typed, c->normal) != 0;

    if (c->stored == NULL) {
        TRY(hash_into(unused, c->normal));
        return two_forms ? hash_into(unused, c->typed) : RC_OK;
    }
    int outdated = crypto_pwhash_str_needs_rehash(c->stored, passes(), memory_bytes());
    if (outdated < 0) {
        log_error("a stored password hash is not one of ours");
        return RC_FAIL;
    }
    c->right = is_password(c, c->normal);
    c->rehash = c->right && outdated;
    if (!c->right && errno != ENOMEM && two_forms)
        c->right = c->rehash = is_password(c, c->typed);
    return !c->right && errno == ENOMEM ? RC_BUSY : RC_OK;
}

enum rc password_check(struct arena *a, const char *whom, const char *stored, const char *typed,
                       bool *right, bool *rehash)
{
    struct checking c = { .stored = stored, .typed = typed };
    int turn;

    *right = *rehash = false;
    if (strnlen(typed, PASSWORD_MAX_BYTES + 1) > PASSWORD_MAX_BYTES)
        return RC_OK;
    if (sodium_init() < 0)
        return RC_FAIL;
    c.normal = precis_opaque(a, typed);
    TRY(take_turn(whom, &turn));
    enum rc rc = in_slot(check, &c);
    lock_drop(turn);
    if (rc != RC_OK)
        return rc;
    *right = c.right;
    *rehash = c.rehash;
    return RC_OK;
}
