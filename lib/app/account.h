/*
 * account: people: who they are and how they prove it. What they may watch is a subscription; what
 * is sent to their browser is a session (web/session.h).
 *
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID with field and text; RC_CONFLICT for a taken e-mail or handle, with a text;
 *            RC_LIMITED; RC_BUSY (no hashing slot, database away).
 * Tables     user, credential.
 */
#ifndef APP_ACCOUNT_H
#define APP_ACCOUNT_H
#include "io/db.h"

enum {
    EMAIL_MAX_BYTES = 254,
    HANDLE_MIN_CHARS = 3,
    HANDLE_MAX_CHARS = 30,
    NAME_MAX_CHARS = 60,
    ABOUT_MAX_CHARS = 1000,
    AVATAR_PIXELS = 256,
};

struct account {
    int64_t id, role, created_ms;
    const char *email, *handle, *name, *about, *avatar_key;
    bool blocked;
};

struct account_new {
    const char *email, *handle, *name, *password; /* as typed; an empty name becomes the handle */
    const char *network; /* for the sign-up limit; "" from the command line */
};

/* Checks every field, the limit of sign-ups, hashes, inserts. */
MUST_USE enum rc account_create(struct db *db, struct arena *a, const struct account_new *typed,
                                int64_t now_ms, int64_t *id, struct problem *why);

/* The account of an e-mail (or handle) and password. A wrong one and an unknown one give the same
 * refusal after the same time: RC_INVALID, "E-mail or password is wrong." */
MUST_USE enum rc account_login(struct db *db, struct arena *a, const char *email,
                               const char *password, const char *network, int64_t now_ms,
                               int64_t *id, struct problem *why);

MUST_USE enum rc account_get(struct db *db, struct arena *a, int64_t id, struct account *out);
MUST_USE enum rc account_by_handle(struct db *db, struct arena *a, const char *handle,
                                   struct account *out);

/* The present password is asked again; all other access tokens become void. */
MUST_USE enum rc account_set_password(struct db *db, struct arena *a, int64_t id,
                                      const char *present, const char *wanted, const char *network,
                                      int64_t now_ms, struct problem *why);

struct account_profile {
    const char *handle, *name, *about;
};
MUST_USE enum rc account_set_profile(struct db *db, struct arena *a, int64_t id,
                                     const struct account_profile *typed, struct problem *why);

/* Takes the picture at `path` (any of the accepted image types), crops and re-encodes it. The old
 * file is queued for removal. */
MUST_USE enum rc account_set_avatar(struct db *db, struct arena *a, int64_t id, const char *path,
                                    struct problem *why);

/* From the command line, by an operator: no password is asked. */
MUST_USE enum rc account_set_role(struct db *db, int64_t id, int role);
MUST_USE enum rc account_reset_password(struct db *db, struct arena *a, int64_t id,
                                        const char *wanted, int64_t now_ms, struct problem *why);
#endif
