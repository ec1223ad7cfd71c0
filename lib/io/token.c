#include "io/token.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"
#include <jwt.h>

static_assert(sizeof(long) >= sizeof(int64_t), "libjwt's integers are long");

static char *encode(struct arena *a, const struct claims *c)
{
    const char *sub = arena_printf(a, "%" PRId64, c->user_id);
    char *text = NULL;
    jwt_t *jwt;

    /* These fail only for want of memory; then, as in the arena, the process ends. */
    if (jwt_new(&jwt) || jwt_set_alg(jwt, JWT_ALG_HS256, secret_key("token"), SECRET_KEY_BYTES) ||
        jwt_add_grant(jwt, "iss", conf()->base_url) || jwt_add_grant(jwt, "aud", "ovs") ||
        jwt_add_grant(jwt, "use", c->use) || jwt_add_grant(jwt, "sub", sub) ||
        jwt_add_grant_int(jwt, "sid", c->session_id) || jwt_add_grant_int(jwt, "ver", c->version) ||
        jwt_add_grant_int(jwt, "iat", c->issued_s) || jwt_add_grant_int(jwt, "nbf", c->issued_s) ||
        jwt_add_grant_int(jwt, "exp", c->expires_s) || (text = jwt_encode_str(jwt)) == NULL)
        abort();
    char *copy = arena_str(a, text);
    free(text);
    jwt_free(jwt);
    return copy;
}

/* What every token of ours fulfils; libjwt would sign others as well. */
static bool sane(const struct claims *c)
{
    return c->user_id > 0 && c->session_id >= 0 && c->version >= 0 && c->issued_s > 0 &&
           c->issued_s < c->expires_s && c->expires_s - c->issued_s <= TOKEN_LIFE_MAX_S;
}

char *token_make(struct arena *a, const struct claims *c)
{
    assert(sane(c));
    char *text = encode(a, c);
    assert(strlen(text) <= TOKEN_MAX_BYTES);
    return text;
}

/* Three runs of base64url separated by dots: nothing else is decoded. */
static bool well_formed(const char *text)
{
    size_t n = strnlen(text, TOKEN_MAX_BYTES + 1), dots = 0;

    if (n < TOKEN_MIN_BYTES || n > TOKEN_MAX_BYTES || !str_only(text, STR_BASE64URL "."))
        return false;
    for (size_t i = 0; i < n; i++)
        dots += text[i] == '.';
    return dots == 2;
}

/* Step over `text` and over the number after it, which has to be in its only spelling. */
static bool take(const char **p, const char *text, int64_t *number)
{
    size_t n = strlen(text);

    if (strncmp(*p, text, n))
        return false;
    *p += n;
    n = strspn(*p, "0123456789");
    if ((n > 1 && **p == '0') || str_to_i64(*p, n, 0, INT64_MAX, number) != RC_OK)
        return false;
    *p += n;
    return true;
}

/* The JSON that libjwt makes of our claims: no blanks, names in alphabetical order. */
static bool read_payload(struct arena *a, const char *p, struct claims *c)
{
    int64_t not_before_s;

    return take(&p, "{\"aud\":\"ovs\",\"exp\":", &c->expires_s) &&
           take(&p, ",\"iat\":", &c->issued_s) &&
           take(&p, arena_printf(a, ",\"iss\":\"%s\",\"nbf\":", conf()->base_url), &not_before_s) &&
           take(&p, ",\"sid\":", &c->session_id) && take(&p, ",\"sub\":\"", &c->user_id) &&
           take(&p, arena_printf(a, "\",\"use\":\"%s\",\"ver\":", c->use), &c->version) &&
           str_eq(p, "}") && not_before_s == c->issued_s;
}

/* The text between the two dots, decoded. */
static enum rc decode_payload(struct arena *a, const char *first, const char *second,
                              const char **json)
{
    char *text;
    size_t n;

    TRY(str_unbase64url(a, first + 1, (size_t)(second - first - 1), &text, &n));
    *json = text;
    return strlen(text) == n ? RC_OK : RC_INVALID;
}

enum rc token_check(struct arena *a, const char *text, const char *use, int64_t now_s,
                    struct claims *out)
{
    static const char header[] =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."; /* {"alg":"HS256","typ":"JWT"} */
    struct claims c = { .use = use };
    const char *json;

    if (!well_formed(text) || !str_starts(text, header))
        return RC_SIGN_IN;
    const char *first = strchr(text, '.'), *second = strchr(first + 1, '.');
    const char *signed_text = arena_strn(a, text, (size_t)(second - text));
    if (!equal_secret(second + 1, hmac_base64url(a, "token", signed_text)) ||
        decode_payload(a, first, second, &json) != RC_OK || !read_payload(a, json, &c) ||
        !sane(&c) || c.issued_s > now_s + TOKEN_SKEW_S || c.expires_s <= now_s)
        return RC_SIGN_IN;
    *out = c;
    return RC_OK;
}
