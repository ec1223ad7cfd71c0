/*
 * account: people: who they are and how they prove it. What they may watch is a subscription; what
 * is sent to their browser is a session (web/session.h).
 *
 * Names      an e-mail address is ASCII with one @ and a dot behind it; its domain is kept in lower
 *            case. A handle has HANDLE_MIN_CHARS to HANDLE_MAX_CHARS of a-z 0-9 _ -, begins with a
 *            letter and is none of the site's own words (admin, login ...); capitals that were typed
 *            become small ones. Both are unique without regard to case.
 * Guessing   a login tells nothing about who has an account: an unknown name, a wrong password and
 *            a blocked account take the same statements and the same hashing and get the same
 *            refusal. Wrong passwords are counted per typed name and network and per network; the
 *            name as typed, so that the count does not tell which e-mail belongs to which handle.
 *            Right ones are not counted.
 * Sign-up    does say that an e-mail address has an account: without mail there is no other place to
 *            say it, and a vaguer text would hide nothing, since everybody can see which handles are
 *            taken. Asking is limited instead: SIGNUP_TRIES tries per network and day for each
 *            account that conf()->signups_per_day allows.
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID with field and text; RC_CONFLICT for a taken e-mail or handle, with field
 *            and text; RC_LIMITED; RC_NOT_FOUND no such account; RC_BUSY (no hashing slot, database
 *            away): nothing was decided, the call may be repeated.
 * Tables     user, credential; also ends and drops rows of session, because that belongs into the
 *            transaction of a new password and into jobs.
 */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H
#include "io/db.h"

enum {
    EMAIL_MAX_BYTES = 254, /* RFC 5321 section 4.5.3.1.3, less the angle brackets */
    HANDLE_MIN_CHARS = 3,
    HANDLE_MAX_CHARS = 30,
    NAME_MAX_CHARS = 60,
    ABOUT_MAX_CHARS = 1000,
    AVATAR_PIXELS = 256,
    SIGNUP_TRIES = 4,
    ACCOUNT_LIST_MAX = 500,
};

struct account {
    int64_t id, role, created_ms; /* role: 0 member, 1 moderator, 2 operator */
    const char *email, *handle, *name, *about, *avatar_key;
    bool blocked;
};
struct account_list {
    struct account *items;
    size_t n;
};

struct account_new {
    const char *email, *handle, *name, *password; /* as typed; an empty name becomes the handle */
    const char *network; /* "" from the command line: no limits, and the site's own words pass */
};

/* Checks every field and the limits, hashes, inserts. At most conf()->signups_per_day accounts per
 * network and day, however many requests run side by side. */
MUST_USE enum rc account_create(struct db *db, struct arena *a, const struct account_new *typed,
                                int64_t now_ms, int64_t *id, struct problem *why);

/* The account of an e-mail address or handle and a password; RC_INVALID, "E-mail or password is
 * wrong.", for every reason; RC_LIMITED after conf()->login_fails_per_15min wrong ones for this name
 * from this network or conf()->login_fails_per_hour from this network. */
MUST_USE enum rc account_login(struct db *db, struct arena *a, const char *name,
                               const char *password, const char *network, int64_t now_ms,
                               int64_t *id, struct problem *why);

MUST_USE enum rc account_get(struct db *db, struct arena *a, int64_t id, struct account *out);
MUST_USE enum rc account_by_handle(struct db *db, struct arena *a, const char *handle,
                                   struct account *out);

MUST_USE enum rc account_count(struct db *db, struct arena *a, int64_t *n);

/* Up to ACCOUNT_LIST_MAX accounts with ids above after_id, ascending. */
MUST_USE enum rc account_list(struct db *db, struct arena *a, int64_t after_id,
                              struct account_list *out);

/* The present password is asked again, with the limits of account_login; `field` of a refusal is
 * "present" or "password". All logins but keep_session_id end in the same transaction. */
MUST_USE enum rc account_set_password(struct db *db, struct arena *a, int64_t id,
                                      const char *present, const char *wanted,
                                      int64_t keep_session_id, const char *network, int64_t now_ms,
                                      struct problem *why);

struct account_profile {
    const char *handle, *name, *about; /* as typed */
};
MUST_USE enum rc account_set_profile(struct db *db, struct arena *a, int64_t id,
                                     const struct account_profile *typed, struct problem *why);

/* Takes the picture at `path` (any of the accepted image types), crops it to a square of
 * AVATAR_PIXELS and re-encodes it to media/avatars/KEY.jpg. KEY is new each time, so an address
 * never shows another picture; the old file is queued for removal. NULL: no picture any more. */
MUST_USE enum rc account_set_avatar(struct db *db, struct arena *a, int64_t id, const char *path,
                                    struct problem *why);

/* By an operator: no present password is asked. A reset ends all logins. A blocked account cannot
 * log in, and its logins are void until it is unblocked. */
MUST_USE enum rc account_set_role(struct db *db, int64_t id, int role);
MUST_USE enum rc account_set_blocked(struct db *db, int64_t id, bool blocked);
MUST_USE enum rc account_reset_password(struct db *db, struct arena *a, int64_t id,
                                        const char *wanted, int64_t now_ms, struct problem *why);

/* Drop logins that have expired; for jobs/sweep. */
MUST_USE enum rc account_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
