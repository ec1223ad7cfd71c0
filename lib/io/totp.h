/*
 * totp: codes of authenticator apps, RFC 6238 with SHA-1, six digits and 30 seconds, as all such apps
 * know them (OpenSSL).
 */
#ifndef IO_TOTP_H
#define IO_TOTP_H
#include "base/arena.h"

enum {
    TOTP_SECRET_BYTES = 20, /* RFC 4226 section 4: as long as the hash */
    TOTP_DIGITS = 6,
    TOTP_STEP_S = 30,
    TOTP_WINDOW = 1 /* steps that a clock may be wrong, each way */
};

/* A secret as apps take it: base32 of RFC 4648, 32 letters and digits. */
char *totp_secret(struct arena *a);
/* The same in groups of four, for people who type it. */
char *totp_grouped(struct arena *a, const char *secret);

/* The address that a QR code holds: otpauth://totp/... */
char *totp_uri(struct arena *a, const char *secret, const char *site, const char *account);

/* The code of one step, TOTP_DIGITS digits; RC_INVALID: no such secret. */
MUST_USE enum rc totp_code(const char *secret, int64_t step, char code[TOTP_DIGITS + 1]);

/* Is this a code of the steps around now? *step: of which. RC_INVALID: it is not. */
MUST_USE enum rc totp_check(const char *secret, const char *code, int64_t now_s, int64_t *step);
#endif
