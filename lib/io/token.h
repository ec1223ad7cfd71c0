/*
 * token: signed tokens that say, for a short time, who the sender is (libjwt; nothing else uses
 * it).
 *
 * A token is a JWT (RFC 7519) with HS256, pinned, under the key `token`. It names this site
 * (iss = base_url, aud = "ovs"), what it is good for (use), the member (sub), the session (sid)
 * and the member's token version (ver), which the caller compares with the member's row.
 *
 * libjwt makes tokens but does not check them: it would check only the signature, take the
 * algorithm from the token, and cost more than the rest of a small request. A token passes only
 * when it is, byte for byte, the one that token_make() makes of its claims. That refuses every
 * other algorithm, header, issuer, audience and use, unknown or repeated claims, and other
 * spellings of the same JSON.
 */
#ifndef IO_TOKEN_H
#define IO_TOKEN_H
#include "base/arena.h"

enum {
    TOKEN_MIN_BYTES = 20,
    TOKEN_MAX_BYTES = 1024,
    TOKEN_LIFE_MAX_S = 24 * 60 * 60, /* the most that access_minutes allows */
    TOKEN_SKEW_S = 60                /* between the clocks of two of our nodes */
};

struct claims {
    int64_t user_id, session_id; /* user_id is positive; session_id is 0 or more */
    int64_t version;             /* 0 or more */
    int64_t issued_s, expires_s; /* issued_s < expires_s <= issued_s + TOKEN_LIFE_MAX_S */
    const char *use;             /* a constant of [a-z], e.g. "access": one purpose per token */
};

char *token_make(struct arena *a, const struct claims *c);

/* RC_OK and *out when `text` is a token of ours for this `use` that has begun and has not expired
 * at now_s; else RC_SIGN_IN and *out untouched. `text` may be anything; out->use is `use`. */
MUST_USE enum rc token_check(struct arena *a, const char *text, const char *use, int64_t now_s,
                             struct claims *out);
#endif
