/*
 * recover: getting into an account again, or getting it back.
 *
 * Forgotten  recover_ask() mails a link to choose a new password. It answers the same, and after the same
 *            time, whether the address has an account or not.
 * Reset      the link works once and for RESET_MINUTES. All log-ins end, and nobody is logged in by it: the
 *            new password has to be typed, and a second factor is asked for as always.
 * Undo       the link that went to an address before it was changed (people/address.h) brings that address
 *            back, ends all log-ins and what else was begun, and sets a new password, since whoever changed
 *            the address knows the old one.
 * Limits     RESET_MAILS an address and day, of all addresses alike; RESET_ASKS a network and hour.
 * Errors     RC_INVALID with field "email" or "password"; RC_LIMITED; RC_NOT_FOUND, RC_GONE: of the link;
 *            RC_CONFLICT: the address belongs to another account by now.
 * Tables     user.
 */
#ifndef PEOPLE_RECOVER_H
#define PEOPLE_RECOVER_H
#include "app/people/account.h"

enum {
    RESET_MINUTES = 60,
    RESET_MAILS = 3,
    RESET_ASKS = 20,
    RECOVER_ANSWER_MS = 120 /* recover_ask() returns after this time */
};

MUST_USE enum rc recover_ask(struct db *db, struct arena *a, const char *typed, const char *network,
                             int64_t now_ms, struct problem *why);

MUST_USE enum rc recover_reset(struct db *db, struct arena *a, const char *token,
                               const char *wanted, const char *network, int64_t now_ms,
                               struct problem *why);

MUST_USE enum rc recover_undo(struct db *db, struct arena *a, const char *token, const char *wanted,
                              const char *network, int64_t now_ms, struct problem *why);
#endif
