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

    /* These fail for want of memory only, and then, as in the arena, the process ends. */
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

/* What is true of every token of ours, and not of everything libjwt would sign. */
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

/* Three runs of base64url with a dot between: nothing else reaches libjwt. */
static bool well_formed(const char *text)
{
    size_t n = strnlen(text, TOKEN_MAX_BYTES + 1), dots = 0;

    if (n < TOKEN_MIN_BYTES || n > TOKEN_MAX_BYTES || !str_only(text, STR_BASE64URL "."))
        return false;
    for (size_t i = 0; i < n; i++)
        dots += text[i] == '.';
    return dots == 2;
}

static enum rc read_claims(const char *text, struct claims *c)
{
    jwt_t *jwt;

    if (jwt_decode(&jwt, text, secret_key("token"), SECRET_KEY_BYTES))
        return RC_SIGN_IN;
    const char *sub = jwt_get_grant(jwt, "sub");
    enum rc rc = RC_SIGN_IN;
    if (sub)
        rc = str_to_i64(sub, strlen(sub), 1, INT64_MAX, &c->user_id);
    c->session_id = jwt_get_grant_int(jwt, "sid");
    c->version = jwt_get_grant_int(jwt, "ver");
    c->issued_s = jwt_get_grant_int(jwt, "iat");
    c->expires_s = jwt_get_grant_int(jwt, "exp");
    jwt_free(jwt);
    return rc == RC_OK ? RC_OK : RC_SIGN_IN;
}

enum rc token_check(struct arena *a, const char *text, const char *use, int64_t now_s,
                    struct claims *out)
{
    struct claims c = { .use = use };

    if (!well_formed(text))
        return RC_SIGN_IN;
    TRY(read_claims(text, &c));
    if (!sane(&c) || c.issued_s > now_s + TOKEN_SKEW_S || c.expires_s <= now_s)
        return RC_SIGN_IN;
    if (!equal_secret(text, encode(a, &c)))
        return RC_SIGN_IN;
    *out = c;
    return RC_OK;
}
