#include "io/totp.h"
#include "base/sb.h"
#include "io/secret.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

enum { SECRET_CHARS = TOTP_SECRET_BYTES * 8 / 5, GROUP = 4, CODES = 1000000 };

char *totp_secret(struct arena *a)
{
    unsigned char bytes[SECRET_CHARS];
    char *out = arena_alloc(a, SECRET_CHARS + 1);

    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < SECRET_CHARS; i++)
        out[i] = BASE32[bytes[i] % 32];
    secret_wipe(bytes, sizeof(bytes));
    return out;
}

char *totp_grouped(struct arena *a, const char *secret)
{
    struct sb o = { .a = a };

    for (size_t i = 0; secret[i]; i++)
        sb_addf(&o, i && i % GROUP == 0 ? " %c" : "%c", secret[i]);
    return o.buf ? o.buf : arena_str(a, "");
}

/* The unreserved characters of RFC 3986 stay. */
static void add_part(struct sb *o, const char *text)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (const char *p = text; *p; p++)
        sb_addf(o, strchr(plain, *p) ? "%c" : "%%%02X", (unsigned char)*p);
}

char *totp_uri(struct arena *a, const char *secret, const char *site, const char *account)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "otpauth://totp/");
    add_part(&o, site);
    SB_LIT(&o, ":");
    add_part(&o, account);
    sb_addf(&o, "?secret=%s&issuer=", secret);
    add_part(&o, site);
    return o.buf;
}

static bool read_secret(const char *text, unsigned char out[TOTP_SECRET_BYTES])
{
    unsigned bits = 0, n = 0, value = 0;

    if (strlen(text) != SECRET_CHARS)
        return false;
    for (const char *p = text; *p; p++) {
        const char *at = strchr(BASE32, *p);
        if (at == NULL)
            return false;
        value = (value << 5 | (unsigned)(at - BASE32)) & 0xFFFF;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (unsigned char)(value >> bits & 0xFF);
        }
    }
    return true;
}

enum rc totp_code(const char *secret, int64_t step, char code[TOTP_DIGITS + 1])
{
    unsigned char key[TOTP_SECRET_BYTES], counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (!read_secret(secret, key))
        return RC_INVALID;
    for (size_t i = 0; i < sizeof(counter); i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (HMAC(EVP_sha1(), key, sizeof(key), counter, sizeof(counter), mac, &n) == NULL)
        return RC_FAIL;
    secret_wipe(key, sizeof(key));
    unsigned at = mac[n - 1] & 0xF; /* RFC 4226 section 5.3 */
    uint32_t value = (uint32_t)(mac[at] & 0x7F) << 24 | (uint32_t)mac[at + 1] << 16 |
                     (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    snprintf(code, TOTP_DIGITS + 1, "%06" PRIu32, value % CODES);
    return RC_OK;
}

enum rc totp_check(const char *secret, const char *code, int64_t now_s, int64_t *step)
{
    char wanted[TOTP_DIGITS + 1];
    bool found = false;

    for (int64_t s = now_s / TOTP_STEP_S - TOTP_WINDOW; s <= now_s / TOTP_STEP_S + TOTP_WINDOW;
         s++) {
        TRY(totp_code(secret, s, wanted));
        if (equal_secret(wanted, code)) { /* the latest, should two be equal */
            *step = s;
            found = true;
        }
    }
    return found ? RC_OK : RC_INVALID;
}
