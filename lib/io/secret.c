#include "io/secret.h"
#include "base/conf.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_BYTES = 2 * crypto_auth_hmacsha256_BYTES };

void random_bytes(void *out, size_t n)
{
    if (sodium_init() < 0)
        abort(); /* the kernel gave no randomness; it is not safe to continue */
    randombytes_buf(out, n);
}

char *random_id(struct arena *a, size_t bytes)
{
    void *raw = arena_alloc(a, bytes);

    random_bytes(raw, bytes);
    return str_base64url(a, raw, bytes);
}

static void stop(const char *name, const char *text)
{
    fprintf(stderr, "secret %s/%s: %s\n", conf()->secrets_dir, name, text);
    exit(78); /* EX_CONFIG of sysexits.h */
}

static const char missing[] = "is missing", no_key[] = "is not one line of 64 hex characters";

/* The text of a file of secrets_dir without a newline at its end: up to `size` bytes, their number
 * in *n. NULL, or what is wrong with the file. */
static const char *try_file(const char *name, char *text, size_t size, size_t *n)
{
    char path[512];
    struct stat st;

    snprintf(path, sizeof(path), "%s/%s", conf()->secrets_dir, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? missing : strerror(errno);
    const char *why = fstat(fd, &st) ? strerror(errno) : NULL;
    if (!why && st.st_mode & (S_IWGRP | S_IRWXO))
        why = "other users can read or change it; run chmod 640 on it and make a new one";
    ssize_t got = why ? 0 : read(fd, text, size);
    if (got < 0)
        why = strerror(errno);
    close(fd);
    *n = (size_t)MAX_OF(got, 0) - (got > 0 && text[got - 1] == '\n');
    return why;
}

/* False when there is none and `optional` allows that. */
static bool read_file(const char *name, bool optional, char *text, size_t size, size_t *n)
{
    const char *why = try_file(name, text, size, n);

    if (why && !(optional && why == missing))
        stop(name, why);
    return why == NULL;
}

static bool read_key(const char *text, size_t n, unsigned char key[SECRET_KEY_BYTES])
{
    return n == 2L * SECRET_KEY_BYTES &&
           sodium_hex2bin(key, SECRET_KEY_BYTES, text, n, NULL, NULL, NULL) == 0;
}

/* Fill `key` from the file; false when there is none and `optional` allows that. */
static bool load(const char *name, bool optional, unsigned char key[SECRET_KEY_BYTES])
{
    char text[2 * SECRET_KEY_BYTES + 2];
    size_t n;

    if (!read_file(name, optional, text, sizeof(text), &n))
        return false;
    if (!read_key(text, n, key))
        stop(name, no_key);
    sodium_memzero(text, sizeof(text));
    return true;
}

const char *secret_key_fault(const char *name)
{
    char text[2 * SECRET_KEY_BYTES + 2];
    unsigned char key[SECRET_KEY_BYTES];
    size_t n;
    const char *why = try_file(name, text, sizeof(text), &n);

    if (why == NULL && !read_key(text, n, key))
        why = no_key;
    sodium_memzero(text, sizeof(text));
    sodium_memzero(key, sizeof(key));
    return why;
}

void secret_line(const char *name, char line[SECRET_LINE_MAX_BYTES + 1])
{
    size_t n = 0;

    if (!read_file(name, true, line, SECRET_LINE_MAX_BYTES + 1, &n))
        n = 0;
    if (n > SECRET_LINE_MAX_BYTES || memchr(line, '\n', n) || memchr(line, 0, n))
        stop(name, "is not one line of at most 200 bytes");
    line[n] = 0;
}

void secret_wipe(void *secret, size_t n) { sodium_memzero(secret, n); }

static const unsigned char *find_key(const char *name, bool optional)
{
    static struct {
        const char *name;
        bool exists;
        unsigned char bytes[SECRET_KEY_BYTES];
    } keys[SECRET_KEYS_MAX];
    size_t i = 0;

    while (i < COUNT(keys) && keys[i].name && !str_eq(keys[i].name, name))
        i++;
    assert(i < COUNT(keys));
    if (keys[i].name == NULL) {
        keys[i].exists = load(name, optional, keys[i].bytes);
        keys[i].name = name;
    }
    return keys[i].exists ? keys[i].bytes : NULL;
}

const unsigned char *secret_key(const char *name)
{
    const unsigned char *key = find_key(name, false);

    assert(key); /* load() ends the process when this one is missing */
    return key;
}

static void hmac(const unsigned char *key, const char *text, size_t n, char hex[HEX_BYTES + 1])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256(mac, (const unsigned char *)text, n, key);
    sodium_bin2hex(hex, HEX_BYTES + 1, mac, sizeof(mac));
}

char *hmac_hex(struct arena *a, const char *key_name, const char *text)
{
    char *hex = arena_alloc(a, HEX_BYTES + 1);

    hmac(secret_key(key_name), text, strlen(text), hex);
    return hex;
}

char *hmac_base64url(struct arena *a, const char *key_name, const char *text)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256(mac, (const unsigned char *)text, strlen(text), secret_key(key_name));
    return str_base64url(a, mac, sizeof(mac));
}

bool secret_is(const char *name, const char *text)
{
    const unsigned char *key = find_key(name, true);
    char hex[HEX_BYTES + 1];

    static_assert(HEX_BYTES == 2 * SECRET_KEY_BYTES, "a key and a MAC are of one size");
    if (key == NULL)
        return false;
    sodium_bin2hex(hex, sizeof(hex), key, SECRET_KEY_BYTES);
    return equal_secret(hex, text);
}

bool hmac_ok(struct arena *a, const char *key_name, const char *old_name, const char *text,
             const char *hex)
{
    return equal_secret(hex, hmac_hex(a, key_name, text)) ||
           (find_key(old_name, true) && equal_secret(hex, hmac_hex(a, old_name, text)));
}

char *sha256_hex(struct arena *a, const void *data, size_t n)
{
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, data, n);
    return str_hex(a, hash, sizeof(hash));
}

enum { SEAL_BYTES = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES };
static_assert(crypto_secretbox_KEYBYTES == SECRET_KEY_BYTES, "one size of keys");

char *secret_seal(struct arena *a, const char *key_name, const char *text)
{
    size_t n = strlen(text);
    unsigned char *box = arena_alloc(a, SEAL_BYTES + n);

    random_bytes(box, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(box + crypto_secretbox_NONCEBYTES, (const unsigned char *)text, n, box,
                          secret_key(key_name));
    return str_base64url(a, box, SEAL_BYTES + n);
}

enum rc secret_open(struct arena *a, const char *key_name, const char *sealed, const char **text)
{
    size_t n = strlen(sealed), bytes;
    unsigned char *box = arena_alloc(a, n + 1);

    if (sodium_base642bin(box, n, sealed, n, NULL, &bytes, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) ||
        bytes < SEAL_BYTES)
        return RC_INVALID;
    char *plain = arena_alloc(a, bytes - SEAL_BYTES + 1);
    if (crypto_secretbox_open_easy((unsigned char *)plain, box + crypto_secretbox_NONCEBYTES,
                                   bytes - crypto_secretbox_NONCEBYTES, box, secret_key(key_name)))
        return RC_INVALID;
    *text = plain;
    return RC_OK;
}

bool equal_secret(const char *a, const char *b)
{
    size_t n = strlen(a);

    return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}

enum { EXPIRY_BYTES = 10, HOLDER_MAX_BYTES = 18 };

static const char *const scopes[MEDIA_SCOPES] = {
    [MEDIA_FULL] = "full",
    [MEDIA_PREVIEW] = "preview",
    [MEDIA_POSTER] = "poster",
};

char *media_path(struct arena *a, const char *video_id, enum media_scope scope, int64_t expiry_s,
                 int64_t holder, const char *file)
{
    const char *whose = holder ? arena_printf(a, ".%" PRId64, holder) : "";
    const char *what = arena_printf(a, "%010" PRId64 "%s/%s/%s", expiry_s, whose, video_id,
                                    scopes[scope]);

    return arena_printf(a, "/media/%s/%s/%s", hmac_hex(a, "media", what), what, file);
}

/* Step over one path segment of exactly n bytes, all of them `allowed`. */
static bool take(const char **p, size_t n, const char *allowed)
{
    if (strspn(*p, allowed) != n || (*p)[n] != '/')
        return false;
    *p += n + 1;
    return true;
}

/* The time, and perhaps a dot and the number of a login. */
static bool take_expiry(const char **p, int64_t *expiry_s)
{
    const char *at = *p;
    size_t n;

    if (strspn(at, "0123456789") != EXPIRY_BYTES ||
        str_to_i64(at, EXPIRY_BYTES, 0, INT64_MAX, expiry_s) != RC_OK)
        return false;
    at += EXPIRY_BYTES;
    if (*at == '.') {
        n = strspn(++at, "0123456789");
        if (n == 0 || n > HOLDER_MAX_BYTES)
            return false;
        at += n;
    }
    if (*at != '/')
        return false;
    *p = at + 1;
    return true;
}

static bool take_scope(const char **p)
{
    for (size_t i = 0; i < COUNT(scopes); i++) {
        size_t n = strlen(scopes[i]);
        if (strncmp(*p, scopes[i], n) == 0 && (*p)[n] == '/') {
            *p += n + 1;
            return true;
        }
    }
    return false;
}

static bool file_ok(const char *file)
{
    size_t n = strspn(file, STR_BASE64URL);

    return n && file[n] == '.' && str_only(file + n + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
}

enum rc media_path_ok_with(const unsigned char key[SECRET_KEY_BYTES], const char *path,
                           int64_t now_s, const char **rest)
{
    char want[HEX_BYTES + 1];
    int64_t expiry_s;

    if (!str_starts(path, "/media/"))
        return RC_DENIED;
    const char *p = path + strlen("/media/"), *mac = p;
    if (!take(&p, HEX_BYTES, STR_HEX))
        return RC_DENIED;
    const char *what = p; /* the mac covers what follows, up to the file */
    if (!take_expiry(&p, &expiry_s))
        return RC_DENIED;
    const char *file_path = p;
    if (!take(&p, 11, STR_BASE64URL) || !take_scope(&p) || !file_ok(p))
        return RC_DENIED;
    if (expiry_s < now_s)
        return RC_GONE;
    hmac(key, what, (size_t)(p - 1 - what), want);
    if (sodium_memcmp(want, mac, HEX_BYTES))
        return RC_DENIED;
    if (rest)
        *rest = file_path;
    return RC_OK;
}

enum rc media_path_ok(const char *path, int64_t now_s, const char **rest)
{
    enum rc rc = media_path_ok_with(secret_key("media"), path, now_s, rest);
    const unsigned char *old = rc == RC_DENIED ? find_key("media.old", true) : NULL;

    return old ? media_path_ok_with(old, path, now_s, rest) : rc;
}
