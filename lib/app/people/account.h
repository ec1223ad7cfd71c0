/*
 * account: members' accounts: names, passwords, profiles. income/subscription.h says until when
 * they may watch, web/session.h has their logins.
 *
 * Names      an e-mail address is ASCII with one @ and a dot after it; its domain is stored in
 *            lower case; address.h says whose it is. A handle has HANDLE_MIN_CHARS to HANDLE_MAX_CHARS of a-z 0-9 _ -, begins
 *            with a letter and is none of the site's own words (admin, login ...); capitals that
 *            were typed become lower case. Both are unique regardless of case.
 *            name.h says which names are refused, and what becomes of old handles.
 * Guessing   a login does not reveal who has an account: an unknown name, a wrong password and a
 *            closed account run the same statements and the same hashing and get the same
 *            refusal. Wrong passwords are counted per typed name and network, and per network; the
 *            name as typed, so that the count does not reveal which e-mail belongs to which handle.
 *            Right ones are counted apart, per account and network, and per account from everywhere:
 *            hashing is expensive. io/password.h lets each name take its turn.
 * Sign-up    with an address that has an account answers as with any other, where mail is sent (address.h);
 *            without mail there is no other way than to refuse it. Everybody can see which handles are
 *            taken. Tries are limited: SIGNUP_TRIES per network and day for each account that
 *            conf()->signups_per_day allows.
 * Ownership  strings live in the caller's arena.
 * Errors     RC_INVALID with field and text; RC_CONFLICT for a taken e-mail or handle, with field
 *            and text; RC_LIMITED; RC_NOT_FOUND no such account; RC_BUSY (no hashing slot, database
 *            away): nothing was decided, the call may be repeated.
 * Tables     user, credential, barred_email; also ends and deletes rows of session, in the transaction of a new
 *            password and for jobs.
 */
#ifndef PEOPLE_ACCOUNT_H
#define PEOPLE_ACCOUNT_H
#include "app/people/address.h"
#include "app/people/name.h"
#include "base/problem.h"

enum {
    HANDLE_MIN_CHARS = 3,
    HANDLE_MAX_CHARS = 30,
    ABOUT_MAX_CHARS = 1000,
    AVATAR_PIXELS = 256,
    SIGNUP_TRIES = 4,
    LOGIN_PLACES =
        3, /* right log-ins of one account, from all networks: so many times those from one */
    ACCOUNT_LIST_MAX = 500,
    MADE_UP_PASSWORD_DAYS = 7, /* that the command line made up; then it lapses */
};

struct account {
    int64_t id, role, created_ms; /* role: 0 member, 1 moderator, 2 operator */
    int64_t closed_ms;            /* 0: not closed */
    const char *email, *handle, *name, *about, *avatar_key;
    bool blocked; /* banned */
    int64_t suspended_until_ms;
    int64_t leaves_ms; /* when it is erased, or was; 0: it stays */
};
struct account_list {
    struct account *items;
    size_t n;
};

struct account_new {
    const char *email, *handle, *name,
        *password; /* as typed; if the name is empty, it is the handle */
    const char
        *network;    /* "" from the command line: no limits, and the site's own words are allowed */
    bool is_made_up; /* the password: it lapses unless its owner changes it */
};

/* Create an account after checking every field and the limits; where mail is sent, its address has to be
 * confirmed (address.h), except one that the command line makes. At most conf()->signups_per_day
 * accounts per network and day, even if many requests run side by side. */
MUST_USE enum rc account_create(struct db *db, struct arena *a, const struct account_new *typed,
                                int64_t now_ms, int64_t *id, struct problem *why);

/* Every field of it that account_create() would refuse. */
void account_wrong(struct db *db, struct arena *a, const struct account_new *typed, int64_t now_ms,
                   struct problem_list *wrong);

/* The account with this e-mail address, if it is confirmed, or handle, and this password. RC_INVALID with the same text
 * for every reason; RC_LIMITED after conf()->login_fails_per_15min wrong passwords for this name
 * from this network, conf()->login_fails_per_hour from this network, or conf()->logins_per_15min
 * right ones for this name from this network; RC_GONE when a password that was made up has lapsed.
 * *id is that of the account also when it is refused, 0 when there is none or nobody looked;
 * *lapses_ms when the password lapses, 0: never. */
MUST_USE enum rc account_login(struct db *db, struct arena *a, const char *name,
                               const char *password, const char *network, int64_t now_ms,
                               int64_t *id, int64_t *lapses_ms, struct problem *why);

MUST_USE enum rc account_get(struct db *db, struct arena *a, int64_t id, struct account *out);
MUST_USE enum rc account_by_handle(struct db *db, struct arena *a, const char *handle,
                                   struct account *out);

MUST_USE enum rc account_count(struct db *db, struct arena *a, int64_t *n);
MUST_USE enum rc account_count_operators(struct db *db, struct arena *a,
                                         int64_t *n); /* neither banned nor leaving */

/* Up to ACCOUNT_LIST_MAX accounts with ids above after_id, ascending. */
MUST_USE enum rc account_list(struct db *db, struct arena *a, int64_t after_id,
                              struct account_list *out);

/* Is this the member's password? For what a stolen login must not do. Counts and limits like
 * account_login; RC_INVALID: it is not, why->field is "present". */
MUST_USE enum rc account_confirm(struct db *db, struct arena *a, int64_t id, const char *present,
                                 const char *network, int64_t now_ms, struct problem *why);

/* Whether `wanted` may be the account's password; if so, what is to be stored. */
MUST_USE enum rc account_password_make(struct db *db, struct arena *a, int64_t id,
                                       const char *wanted, char **hash, struct problem *why);

/* Store it, in the caller's transaction: all logins except keep_session_id end, and the member is told.
 * `network`: where it comes from; "": an operator. */
struct password_new {
    int64_t id, keep_session_id, lapses_ms; /* lapses_ms 0: never */
    const char *hash, *network;
};
MUST_USE enum rc account_password_put(struct db *db, struct arena *a, const struct password_new *p,
                                      int64_t now_ms);

/* A network in words: "the network 203.0.113.0/24". */
const char *account_place(struct arena *a, const char *network);

/* Set the password `wanted`. `present` is the current one, checked with the limits of
 * account_login; why->field is "present" or "password". All logins except keep_session_id end in
 * the same transaction. */
MUST_USE enum rc account_set_password(struct db *db, struct arena *a, int64_t id,
                                      const char *present, const char *wanted,
                                      int64_t keep_session_id, const char *network, int64_t now_ms,
                                      struct problem *why);

/* `by_operator`: handles may be changed as often as one likes. Old handles stay reserved (name.h). */
struct account_profile {
    const char *handle, *name, *about; /* as typed */
    bool by_operator;
};
MUST_USE enum rc account_set_profile(struct db *db, struct arena *a, int64_t id,
                                     const struct account_profile *typed, int64_t now_ms,
                                     struct problem *why);

/* Crop the picture at `path` (any of the accepted image types) to a square of AVATAR_PIXELS and
 * re-encode it to media/avatars/KEY.jpg. KEY is new each time, so an address never shows another
 * picture; the old file is queued for removal. `path` NULL: remove the picture. RC_LIMITED and
 * RC_BUSY as in site/picture.h. */
MUST_USE enum rc account_set_avatar(struct db *db, struct arena *a, int64_t id, const char *path,
                                    int64_t now_ms, struct problem *why);

/* What account_set_profile would refuse; the e-mail address as it would be stored, or why it would
 * not. */
MUST_USE enum rc account_check_profile(struct db *db, struct arena *a, int64_t id,
                                       const struct account_profile *typed, int64_t now_ms,
                                       struct problem *why);
MUST_USE enum rc account_check_email(struct db *db, struct arena *a, int64_t id, const char *typed,
                                     const char **email, struct problem *why);

/* For operators. The old address can take the change back. A closed account has no log-ins and no role, and cannot log in until it is opened
 * again; its videos, payments and earnings stay. */
MUST_USE enum rc account_set_email(struct db *db, struct arena *a, int64_t id, const char *typed,
                                   int64_t now_ms, struct problem *why);
MUST_USE enum rc account_close(struct db *db, int64_t id, int64_t now_ms);
MUST_USE enum rc account_reopen(struct db *db, int64_t id);

/* For moderation (app/moderation), in the caller's transaction. Logins of those who are banned, or
 * suspended until a later time, count only where an endpoint says so (web/session.h); the channel and
 * videos of those who are banned are hidden. */
MUST_USE enum rc account_ban(struct db *db, int64_t id, bool on);
MUST_USE enum rc account_suspend(struct db *db, int64_t id, int64_t until_ms);

/* For members who leave (app/leaving/departure.h), in the caller's transaction. The channel and the videos of
 * somebody who is to leave are hidden, and their logins count only where an endpoint says so.
 * RC_DENIED: who would be left is no operator. account_erase makes the row say nothing about a person:
 * the handle becomes deleted-ID, the old one stays reserved, and there is no password any more. The address of
 * somebody who is banned, or suspended until a later time, cannot sign up again as long as that lasts. */
MUST_USE enum rc account_leave(struct db *db, struct arena *a, int64_t id, int64_t at_ms);
MUST_USE enum rc account_stay(struct db *db, int64_t id);
MUST_USE enum rc account_shut(struct db *db, int64_t id,
                              int64_t now_ms); /* its log-ins, and new ones */
MUST_USE enum rc account_erase(struct db *db, struct arena *a, int64_t id, int64_t now_ms);

/* For operators, without the current password. A reset ends all logins. */
MUST_USE enum rc account_set_role(struct db *db, int64_t id, int role);
MUST_USE enum rc account_reset_password(struct db *db, struct arena *a, int64_t id,
                                        const char *wanted, bool is_made_up, int64_t now_ms,
                                        struct problem *why);

/* Delete logins that have expired; for jobs/sweep. */
MUST_USE enum rc account_sweep(struct db *db, int64_t now_ms, int64_t *dropped);
#endif
