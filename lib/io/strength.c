#include "io/strength.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/precis.h"
#include <sodium.h>
#include <zxcvbn.h>

enum {
    DISTINCT_MIN = 5,
    LOOKED_AT_BYTES = 100, /* of a password; zxcvbn looks no further */
    WORDS_MAX = 40,
    WORD_MIN_BYTES = 3,
    TEXT_MAX_BYTES = 100, /* of a name, an address */
};

static const char *lower(struct arena *a, const char *text)
{
    char *out = arena_strn(a, text, strnlen(text, TEXT_MAX_BYTES));

    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return out;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, COMMON_HASH_BYTES); }

static bool is_common(const char *password)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)password, strlen(password));
    return bsearch(hash, common_passwords, common_passwords_n, COMMON_HASH_BYTES, by_bytes) != NULL;
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

/* Words that zxcvbn takes for as easy to guess as the first of its own. */
struct known {
    struct arena *a;
    const char *words[WORDS_MAX + 1];
    size_t n;
};

static void know(struct known *k, const char *word, size_t bytes)
{
    if (bytes >= WORD_MIN_BYTES && k->n < WORDS_MAX)
        k->words[k->n++] = arena_strn(k->a, word, bytes);
}

/* A text as a whole, and each of its words. */
static void know_all(struct known *k, const char *text)
{
    static const char between[] = " .,:;@+-_/'\"()";

    if (text == NULL)
        return;
    text = lower(k->a, text);
    know(k, text, strlen(text));
    if (!text[strcspn(text, between)])
        return;
    for (const char *p = text; *p; p += strspn(p, between)) {
        size_t n = strcspn(p, between);
        know(k, p, n);
        p += n;
    }
}

static void know_email(struct known *k, const char *email)
{
    const char *at = email ? strchr(email, '@') : NULL;

    know_all(k, email);
    if (at)
        know_all(k, arena_strn(k->a, email, (size_t)(at - email)));
}

static void know_site(struct known *k)
{
    const char *host = strstr(conf()->base_url, "://");

    know_all(k, conf()->site_name);
    know_all(k, host ? host + strlen("://") : NULL);
}

static bool uses_known(const ZxcMatch_t *m)
{
    for (; m; m = m->Next) {
        unsigned type = (unsigned)m->Type %
                        MULTIPLE_MATCH; /* which is added to that of a repetition */
        if (type == USER_MATCH || type == USER_LEET_MATCH)
            return true;
    }
    return false;
}

static enum rc judge(struct arena *a, const char *password, const struct password_owner *owner,
                     struct problem *why)
{
    const char *looked_at = arena_strn(a, password, strnlen(password, LOOKED_AT_BYTES));
    struct known k = { .a = a };
    ZxcMatch_t *parts = NULL;

    know_email(&k, owner->email);
    know_all(&k, owner->handle);
    know_all(&k, owner->name);
    know_site(&k);
    double bits = ZxcvbnMatch(looked_at, k.words, &parts);
    bool known = uses_known(parts);
    ZxcvbnFreeInfo(parts);
    if (bits >= PASSWORD_MIN_BITS)
        return RC_OK;
    return refuse(why, RC_INVALID, "password",
                  known
                      ? "This password is mostly your name, your e-mail address or the name of "
                        "this site, which are tried first. Please take other words: three or "
                        "four that have nothing to do with each other are easy to remember."
                      : "This password is easy to guess: words, names, dates and rows of keys are "
                        "tried first. Add one or two words that have nothing to do with it.");
}

enum rc password_acceptable(struct arena *a, const char *typed, const struct password_owner *owner,
                            struct problem *why)
{
    static const char *const field = "password";
    size_t n = strnlen(typed, PASSWORD_MAX_BYTES + 1);

    if (n > PASSWORD_MAX_BYTES)
        return refuse(why, RC_INVALID, field, "A password can have at most 1024 bytes.");
    if (!str_is_text(typed, n, false))
        return refuse(why, RC_INVALID, field, "This password has characters that cannot be typed.");
    const char *password = precis_opaque(a, typed);
    if (!precis_opaque_ok(password))
        return refuse(
            why, RC_INVALID, field,
            "This password has a character with invisible parts, such as some emoji have. "
            "Another device may type it differently: please leave it out.");
    if (str_chars(password) < PASSWORD_MIN_CHARS)
        return refuse(why, RC_INVALID, field,
                      "Please use at least 10 characters. A few words with blanks between them are "
                      "easy to remember.");
    if (is_monotonous(password) || is_common(lower(a, password)))
        return refuse(
            why, RC_INVALID, field,
            "This password is one of those that are tried first, because many people have "
            "it. Please choose another: three or four words that have nothing to do with "
            "each other are easy to remember.");
    return judge(a, password, owner, why);
}
