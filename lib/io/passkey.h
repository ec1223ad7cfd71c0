/*
 * passkey: what a browser sends about a passkey (WebAuthn level 2), checked: the parts that are CBOR or
 * signatures by libfido2, the rest here.
 *
 *   challenge   passkey_challenge() reads it out of an answer, after the kind, the origin and that no
 *               frame of another site asked. The caller knows whether it made that challenge.
 *   new         passkey_read(): an answer of navigator.credentials.create(), without attestation
 *   log-in      passkey_verify(): an answer of navigator.credentials.get(): signature, site, presence, and
 *               if wanted, that the device has verified its user (PIN, finger, face)
 *
 * Site       the relying party is the host of base_url, the origin is base_url. Browsers know passkeys only
 *            for names (not for 127.0.0.1), and only over HTTPS or on localhost.
 * Errors     RC_INVALID: not genuine, with the reason for the log in *fault; RC_DENIED: genuine, but the
 *            device did not verify its user; RC_FAIL.
 */
#ifndef IO_PASSKEY_H
#define IO_PASSKEY_H
#include "base/arena.h"

enum {
    PASSKEY_ID_MAX_CHARS = 1364, /* 1023 bytes, as WebAuthn allows */
    PASSKEY_FIELD_MAX_CHARS = 8192
};

/* Can this site have passkeys? Its relying party and origin. */
bool passkey_possible(struct arena *a);
const char *passkey_site(struct arena *a);
const char *passkey_origin(struct arena *a);

/* As sent: all base64url, except the algorithm. */
struct passkey_answer {
    const char *id;        /* of the credential */
    const char *client;    /* clientDataJSON */
    const char *data;      /* authenticatorData */
    const char *signature; /* of a log-in */
    int64_t algorithm;     /* of a new one: COSE, as getPublicKeyAlgorithm() says */
};

/* What is kept of a passkey. */
struct passkey_key {
    const char *id, *public_key; /* base64url */
    int64_t algorithm, count;    /* count: of signatures; 0: it does not count */
};

/* What was answered. *challenge is the text, as our page gave it. */
enum passkey_kind { PASSKEY_NEW, PASSKEY_LOGIN };
MUST_USE enum rc passkey_challenge(struct arena *a, const struct passkey_answer *answer,
                                   enum passkey_kind kind, const char **challenge,
                                   const char **fault);

MUST_USE enum rc passkey_read(struct arena *a, const struct passkey_answer *answer,
                              struct passkey_key *out, const char **fault);

/* *count: the counter that it shows. */
MUST_USE enum rc passkey_verify(struct arena *a, const struct passkey_answer *answer,
                                const struct passkey_key *key, bool must_verify_user,
                                int64_t *count, const char **fault);
#endif
