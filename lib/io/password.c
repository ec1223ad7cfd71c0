#include "io/password.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "io/store.h"
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>

enum { POLL_MS = 10, DISTINCT_MIN = 5, PASSWORD_NICE = 10 };

static_assert(PASSWORD_HASH_MAX_BYTES >= crypto_pwhash_STRBYTES, "libsodium's text form fits");

/* The long ones among the most common passwords, in lower case. A password that repeats a few
 * characters, such as 1111111111, is refused by counting. */
static const char *const common[] = {
    "0123456789",     "0987654321",    "1234512345",     "123456123456",     "12345678900",
    "1234567890",     "12345678901",   "123456789012",   "123456789a",       "123456789q",
    "1234567891",     "1234567899",    "1234qwer1234",   "123qweasdzxc",     "1357924680",
    "1a2b3c4d5e",     "1q2w3e4r5t",    "1q2w3e4r5t6y",   "1qaz2wsx3edc",     "1qazxsw23edc",
    "987654321a",     "9876543210",    "a123456789",     "a1b2c3d4e5",       "aa123456789",
    "abc123456789",   "abcd123456",    "abcd1234567",    "abcdef123456",     "abcdefghij",
    "abcdefghijkl",   "admin12345",    "admin123456",    "administrator",    "alexander1",
    "asdf123456",     "asdfghjkl1",    "asdfghjkl123",   "asdfghjkl;",       "baseball123",
    "basketball",     "batman12345",   "changeme123",    "charlie123",       "chocolate1",
    "christopher",    "dragon12345",   "dragonball",     "elizabeth1",       "facebook123",
    "football10",     "football12",    "football123",    "gfhjkmgfhjkm",     "hello12345",
    "hello123456",    "helloworld",    "iloveyou12",     "iloveyou123",      "iloveyou1234",
    "iloveyousomuch", "internet123",   "jennifer123",    "letmein123",       "letmein1234",
    "letmeinnow",     "liverpool1",    "liverpoolfc",    "logitech123",      "manchester",
    "master12345",    "michael123",    "minecraft123",   "monkey12345",      "mypassword",
    "mypassword1",    "naruto12345",   "newpassword",    "p@ssw0rd123",      "passw0rd123",
    "password01",     "password10",    "password11",     "password12",       "password123",
    "password1234",   "password12345", "password123456", "passwordpassword", "pokemon123",
    "princess12",     "princess123",   "q1w2e3r4t5",     "q1w2e3r4t5y6",     "qazwsxedcrfv",
    "qwer123456",     "qwerty1234",    "qwerty12345",    "qwerty123456",     "qwertyqwerty",
    "qwertyuiop",     "qwertyuiop1",   "qwertyuiop123",  "qwertyuiop[]",     "samsung123",
    "spiderman1",     "spiderman123",  "starwars123",    "sunshine12",       "sunshine123",
    "superman123",    "test123456",    "test1234567",    "testtest123",      "trustno1trustno1",
    "valentina1",     "vfhbyfvfhbyf",  "welcome123",     "welcome1234",      "whatever12",
    "whatever123",    "yourpassword",  "youtube123",     "z1x2c3v4b5",       "zaq12wsxcde3",
    "zxcvbnm123",     "zxcvbnm12345",  "zxcvbnm,./",     "zxcvbnmasdfghjkl",
};

static bool is_common(const char *password)
{
    for (size_t i = 0; i < COUNT(common); i++)
        if (strcasecmp(common[i], password) == 0)
            return true;
    return false;
}

/* Whether the password is the e-mail address, or the part of it before the @. */
static bool is_email(const char *password, const char *email)
{
    size_t n = strlen(password);

    return strncasecmp(password, email, n) == 0 && (email[n] == 0 || email[n] == '@');
}

static bool is_monotonous(const char *password)
{
    bool seen[256] = { false };
    int distinct = 0;

    for (const unsigned char *p = (const unsigned char *)password; *p; p++) {
        distinct += !seen[*p];
        seen[*p] = true;
    }
    return distinct < DISTINCT_MIN;
}

enum rc password_acceptable(const char *password, const char *email, struct problem *why)
{
    static const char *const field = "password";
    size_t n = strnlen(password, PASSWORD_MAX_BYTES + 1);

    if (n > PASSWORD_MAX_BYTES)
        return refuse(why, RC_INVALID, field, "A password can have at most 1024 bytes.");
    if (!str_is_text(password, n, false))
        return refuse(why, RC_INVALID, field, "This password has characters that cannot be typed.");
    if (str_chars(password) < PASSWORD_MIN_CHARS)
        return refuse(why, RC_INVALID, field, "Please use at least 10 characters.");
    if (is_email(password, email))
        return refuse(why, RC_INVALID, field, "Your e-mail address cannot be the password.");
    if (is_monotonous(password) || is_common(password))
        return refuse(why, RC_INVALID, field,
                      "This is one of the first passwords anybody would try.");
    return RC_OK;
}

static enum rc take_slot(int *lock)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
    int64_t give_up_ms = clock_monotonic_ms() + PASSWORD_WAIT_MS;
    char name[16];

    for (;;) {
        for (int i = 0; i < PASSWORD_SLOTS; i++) {
            snprintf(name, sizeof(name), "hash.%d", i);
            enum rc rc = lock_take(name, lock);
            if (rc != RC_BUSY)
                return rc;
        }
        if (clock_monotonic_ms() >= give_up_ms)
            return RC_BUSY;
        nanosleep(&pause, NULL);
    }
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
    struct hashing h = { password, arena_alloc(a, crypto_pwhash_STRBYTES) };

    assert(strlen(password) <= PASSWORD_MAX_BYTES);
    if (sodium_init() < 0) /* also picks the fastest Argon2 for this processor */
        return RC_FAIL;
    *out = h.hash;
    return in_slot(hash, &h);
}

struct checking {
    const char *stored, *typed;
    bool right, rehash;
};

static enum rc check(void *arg)
{
    struct checking *c = arg;
    char unused[crypto_pwhash_STRBYTES];

    if (c->stored == NULL)
        return hash_into(unused, c->typed);
    int outdated = crypto_pwhash_str_needs_rehash(c->stored, passes(), memory_bytes());
    if (outdated < 0) {
        log_error("a stored password hash is not one of ours");
        return RC_FAIL;
    }
    errno = 0;
    c->right = crypto_pwhash_str_verify(c->stored, c->typed, strlen(c->typed)) == 0;
    c->rehash = c->right && outdated;
    return !c->right && errno == ENOMEM ? RC_BUSY : RC_OK;
}

enum rc password_check(const char *stored, const char *typed, bool *right, bool *rehash)
{
    struct checking c = { .stored = stored, .typed = typed };

    *right = *rehash = false;
    if (strnlen(typed, PASSWORD_MAX_BYTES + 1) > PASSWORD_MAX_BYTES)
        return RC_OK;
    if (sodium_init() < 0)
        return RC_FAIL;
    TRY(in_slot(check, &c));
    *right = c.right;
    *rehash = c.rehash;
    return RC_OK;
}
