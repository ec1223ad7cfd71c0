#include "io/passkey.h"
#include "base/conf.h"
#include "base/str.h"
#include <ctype.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <json-c/json.h>
#include <sodium.h>

enum {
    SITE_HASH_BYTES = 32,
    FLAGS_AT = 32,
    PRESENT = 0x01, /* flags: somebody was there */
    VERIFIED = 0x04,
    HAS_KEY = 0x40,
    JSON_DEPTH = 4
};

const char *passkey_origin(struct arena *a) { return arena_str(a, conf()->base_url); }

const char *passkey_site(struct arena *a)
{
    const char *host = strstr(conf()->base_url, "://");

    host = host ? host + strlen("://") : "";
    return arena_strn(a, host, strcspn(host, ":/"));
}

bool passkey_possible(struct arena *a)
{
    const char *site = passkey_site(a), *last = strrchr(site, '.');
    bool is_local = str_eq(site, "localhost");

    return is_local || (conf_is_https() && last && isalpha((unsigned char)last[1]));
}

static bool decode(struct arena *a, const char *text, struct bytes *out)
{
    char *at;

    return text[0] && strlen(text) <= PASSKEY_FIELD_MAX_CHARS &&
           str_unbase64url(a, text, strlen(text), &at, &out->n) == RC_OK && (out->at = at) != NULL;
}

static const unsigned char *raw(struct bytes b) { return (const unsigned char *)b.at; }

/* The client data */

static const char *text_of(const struct json_object *root, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(root, name, &value) &&
                   json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : "";
}

static bool is_true(const struct json_object *root, const char *name)
{
    struct json_object *value;

    return json_object_object_get_ex(root, name, &value) && json_object_get_boolean(value);
}

static const char *fault_of(struct arena *a, const struct json_object *root, enum passkey_kind kind)
{
    if (!str_eq(text_of(root, "type"), kind == PASSKEY_NEW ? "webauthn.create" : "webauthn.get"))
        return "it answers another question";
    if (!str_eq(text_of(root, "origin"), passkey_origin(a)))
        return "it was asked by another site";
    return is_true(root, "crossOrigin") ? "it was asked in a frame of another site" : NULL;
}

static struct json_object *parse(struct bytes text)
{
    struct json_tokener *tok = json_tokener_new_ex(JSON_DEPTH);
    struct json_object *root;

    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    root = json_tokener_parse_ex(tok, text.at, (int)text.n);
    bool whole = json_tokener_get_error(tok) == json_tokener_success;
    json_tokener_free(tok);
    if (whole)
        return root;
    json_object_put(root);
    return NULL;
}

enum rc passkey_challenge(struct arena *a, const struct passkey_answer *answer,
                          enum passkey_kind kind, const char **challenge, const char **fault)
{
    struct bytes client, text;

    *fault = "its client data cannot be read";
    if (!decode(a, answer->client, &client))
        return RC_INVALID;
    struct json_object *root = parse(client);
    if (!json_object_is_type(root, json_type_object)) {
        json_object_put(root);
        return RC_INVALID;
    }
    *fault = fault_of(a, root, kind);
    if (*fault == NULL && !decode(a, text_of(root, "challenge"), &text))
        *fault = "its challenge cannot be read";
    json_object_put(root);
    if (*fault)
        return RC_INVALID;
    *challenge = text.at;
    return strlen(text.at) == text.n ? RC_OK : (*fault = "its challenge is not ours", RC_INVALID);
}

/* A new one */

static void free_cred(void *cred)
{
    fido_cred_t *c = cred;
    fido_cred_free(&c);
}

static bool is_of_site(struct arena *a, struct bytes data)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    const char *site = passkey_site(a);

    static_assert(sizeof(hash) == SITE_HASH_BYTES, "the hash at the beginning");
    crypto_hash_sha256(hash, (const unsigned char *)site, strlen(site));
    return data.n > FLAGS_AT && sodium_memcmp(hash, data.at, sizeof(hash)) == 0;
}

static bool is_known(int64_t algorithm)
{
    return algorithm == COSE_ES256 || algorithm == COSE_EDDSA || algorithm == COSE_RS256;
}

/* libfido2 takes the CBOR apart, and checks that the key is one of this algorithm. */
static bool read_data(fido_cred_t *cred, struct bytes data, int64_t algorithm)
{
    return fido_cred_set_type(cred, (int)algorithm) == FIDO_OK &&
           fido_cred_set_authdata_raw(cred, raw(data), data.n) == FIDO_OK &&
           fido_cred_id_len(cred) > 0 && fido_cred_pubkey_len(cred) > 0;
}

enum rc passkey_read(struct arena *a, const struct passkey_answer *answer, struct passkey_key *out,
                     const char **fault)
{
    fido_cred_t *cred = fido_cred_new();
    struct bytes data;

    if (cred == NULL)
        return RC_FAIL;
    arena_defer(a, free_cred, cred);
    *fault = "its data cannot be read";
    if (!decode(a, answer->data, &data) || !is_known(answer->algorithm))
        return RC_INVALID;
    *fault = "it is for another site";
    if (!is_of_site(a, data))
        return RC_INVALID;
    *fault = "nobody was there";
    if (!(raw(data)[FLAGS_AT] & PRESENT))
        return RC_INVALID;
    *fault = "it has no key";
    if (!(raw(data)[FLAGS_AT] & HAS_KEY) || !read_data(cred, data, answer->algorithm))
        return RC_INVALID;
    *out = (struct passkey_key){
        .id = str_base64url(a, fido_cred_id_ptr(cred), fido_cred_id_len(cred)),
        .public_key = str_base64url(a, fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred)),
        .algorithm = answer->algorithm,
        .count = fido_cred_sigcount(cred),
    };
    *fault = "its id is another one";
    return str_eq(out->id, answer->id) && strlen(out->id) <= PASSKEY_ID_MAX_CHARS ? RC_OK
                                                                                  : RC_INVALID;
}

/* A log-in */

static void free_assert(void *assertion)
{
    fido_assert_t *f = assertion;
    fido_assert_free(&f);
}

/* Which key it is says the algorithm; libfido2 has a type for each. */
#define VERIFY_WITH(name, cose, f, k)                                                              \
    do {                                                                                           \
        name##_pk_t *pk = name##_pk_new();                                                         \
        int err = pk ? name##_pk_from_ptr(pk, (k).at, (k).n) : FIDO_ERR_INTERNAL;                  \
        if (err == FIDO_OK)                                                                        \
            err = fido_assert_verify((f), 0, (cose), pk);                                          \
        name##_pk_free(&pk);                                                                       \
        return err;                                                                                \
    } while (0)

static int verify_with(const fido_assert_t *f, int64_t algorithm, struct bytes k)
{
    if (algorithm == COSE_ES256)
        VERIFY_WITH(es256, COSE_ES256, f, k);
    if (algorithm == COSE_EDDSA)
        VERIFY_WITH(eddsa, COSE_EDDSA, f, k);
    if (algorithm == COSE_RS256)
        VERIFY_WITH(rs256, COSE_RS256, f, k);
    return FIDO_ERR_UNSUPPORTED_ALGORITHM;
}

/* The site's hash, that somebody was there, and the signature over both and the client data. */
static int check(struct arena *a, const struct passkey_answer *answer,
                 const struct passkey_key *key, fido_assert_t *f, struct bytes data)
{
    struct bytes client, signature, k;
    int err = FIDO_ERR_INVALID_ARGUMENT;

    if (!decode(a, answer->client, &client) || !decode(a, answer->signature, &signature) ||
        !decode(a, key->public_key, &k))
        return err;
    if ((err = fido_assert_set_clientdata(f, raw(client), client.n)) != FIDO_OK ||
        (err = fido_assert_set_rp(f, passkey_site(a))) != FIDO_OK ||
        (err = fido_assert_set_count(f, 1)) != FIDO_OK ||
        (err = fido_assert_set_up(f, FIDO_OPT_TRUE)) != FIDO_OK ||
        (err = fido_assert_set_authdata_raw(f, 0, raw(data), data.n)) != FIDO_OK ||
        (err = fido_assert_set_sig(f, 0, raw(signature), signature.n)) != FIDO_OK)
        return err;
    return verify_with(f, key->algorithm, k);
}

enum rc passkey_verify(struct arena *a, const struct passkey_answer *answer,
                       const struct passkey_key *key, bool must_verify_user, int64_t *count,
                       const char **fault)
{
    fido_assert_t *f = fido_assert_new();
    struct bytes data;

    *fault = "its data cannot be read";
    if (f == NULL)
        return RC_FAIL;
    arena_defer(a, free_assert, f);
    if (!decode(a, answer->data, &data))
        return RC_INVALID;
    *fault = "it is for another site";
    if (!is_of_site(a, data))
        return RC_INVALID;
    int err = check(a, answer, key, f, data);
    if (err != FIDO_OK) {
        *fault = arena_printf(a, "libfido2 says %s", fido_strerr(err));
        return RC_INVALID;
    }
    *count = fido_assert_sigcount(f, 0);
    *fault = "the device did not verify its user";
    return must_verify_user && !(fido_assert_flags(f, 0) & VERIFIED) ? RC_DENIED : RC_OK;
}
